package kshot.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kshot.diagram.Diagram;
import kshot.diagram.LayerRow;
import kshot.space.Architecture;
import kshot.space.ArchitectureLayer;
import kshot.space.SearchSpace;

/** Numbers for the regularities that section I of the supplement sees in searched architectures. */
final class Regularities {
    private static final int LARGE = 5;

    private Regularities() {}

    /**
     * Returns the numbers of an architecture, by their names in JSON; all architectures of a space have the same names.
     *
     * <p>Of the layers whose operation is chosen, the first half and the others: the share with a kernel of 5×5 or more, and
     * the share without any kernel, which are identities. Of the layers with weights whose channels are open: these relative
     * to the widest, in [0, 1], of the first, of the last, the mean over those with a stride, and over all others. What a
     * space has none of is left out.
     */
    static Map<String, Double> of(SearchSpace space, Architecture architecture) {
        List<ArchitectureLayer> layers = space.layers(architecture);
        List<ArchitectureLayer> chosen = layers.stream()
                .filter(layer -> space.decisions().stream()
                        .anyMatch(d -> !d.isWidth() && d.name().equals(layer.name())))
                .toList();
        List<ArchitectureLayer> first = chosen.subList(0, chosen.size() / 2);
        List<ArchitectureLayer> second = chosen.subList(chosen.size() / 2, chosen.size());
        Map<String, Double> values = new LinkedHashMap<>();
        mean(values, "large_kernels_first_half", first, layer -> layer.kernel() >= LARGE ? 1 : 0);
        mean(values, "large_kernels_second_half", second, layer -> layer.kernel() >= LARGE ? 1 : 0);
        mean(values, "identities_first_half", first, layer -> layer.kernel() == 0 ? 1 : 0);
        mean(values, "identities_second_half", second, layer -> layer.kernel() == 0 ? 1 : 0);

        List<ArchitectureLayer> wide = wide(space, layers);
        if (!wide.isEmpty()) {
            ArchitectureLayer start = wide.get(0);
            ArchitectureLayer end = wide.get(wide.size() - 1);
            Predicate<ArchitectureLayer> strides = layer -> hasStride(space, layers, layer);
            Predicate<ArchitectureLayer> special = strides.or(layer -> layer.equals(start) || layer.equals(end));
            mean(values, "width_first", List.of(start), Regularities::width);
            mean(values, "width_last", List.of(end), Regularities::width);
            mean(values, "width_stride", wide.stream().filter(strides).toList(), Regularities::width);
            mean(values, "width_others", wide.stream().filter(special.negate()).toList(), Regularities::width);
        }
        return values;
    }

    private static void mean(
            Map<String, Double> values,
            String name,
            List<ArchitectureLayer> layers,
            ToDoubleFunction<ArchitectureLayer> value) {
        layers.stream().mapToDouble(value).average().ifPresent(mean -> values.put(name, mean));
    }

    private static List<ArchitectureLayer> wide(SearchSpace space, List<ArchitectureLayer> layers) {
        List<LayerRow> widest = Diagram.rows(space, space.last());
        List<LayerRow> narrowest =
                Diagram.rows(space, Architecture.of(new int[space.decisions().size()]));
        return IntStream.range(0, layers.size())
                .filter(i -> widest.get(i).parameters() > 0)
                .filter(i -> narrowest.get(i).shape().channels()
                        < widest.get(i).shape().channels())
                .mapToObj(layers::get)
                .toList();
    }

    private static double width(ArchitectureLayer layer) {
        return (double) layer.shape().channels() / layer.widest();
    }

    /** Returns whether the map of a layer is smaller than that before it. */
    private static boolean hasStride(SearchSpace space, List<ArchitectureLayer> layers, ArchitectureLayer layer) {
        int index = layers.indexOf(layer);
        int before = index == 0
                ? space.input().height()
                : layers.get(index - 1).shape().height();
        return layer.shape().height() < before;
    }
}
