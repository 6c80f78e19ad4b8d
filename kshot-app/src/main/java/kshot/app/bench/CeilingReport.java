package kshot.app.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import kshot.app.terminal.Console;
import kshot.bench.Ceiling;
import kshot.execute.LibTorch;
import kshot.execute.Precision;
import kshot.space.SearchSpace;

/**
 * What convolutions of a space and a product of matrices reach by themselves.
 *
 * @param space whose convolutions they are
 * @param batch images
 * @param convolutions the largest of them
 * @param limits the best of all
 */
public record CeilingReport(SearchSpace space, int batch, List<Ceiling.Rate> convolutions, MachineLimits limits) {
    /** Rows and columns of the matrices. */
    private static final int PRODUCT = 1024;

    /** Measures it. */
    public static CeilingReport measure(
            SearchSpace space, int batch, Precision precision, double seconds, Console console) {
        try (Ceiling ceiling = new Ceiling(precision, seconds)) {
            console.say("measuring convolutions of " + space.name());
            List<Ceiling.Rate> convolutions = ceiling.convolutions(space, batch);
            console.say("measuring a product of matrices");
            return new CeilingReport(
                    space,
                    batch,
                    convolutions,
                    new MachineLimits(
                            precision.name().toLowerCase(Locale.ROOT),
                            LibTorch.threads(),
                            largest(convolutions, Ceiling.Rate::forward),
                            largest(convolutions, Ceiling.Rate::training),
                            ceiling.product(PRODUCT)));
        }
    }

    private static double largest(List<Ceiling.Rate> convolutions, ToDoubleFunction<Ceiling.Rate> rate) {
        return convolutions.stream().mapToDouble(rate).max().orElse(0);
    }

    /** As the command line shows it; {@link MachineLimits#read} reads it. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("dtype", limits.dtype());
        json.put("threads", limits.threads());
        json.put("space", space.name());
        json.put("batch", batch);
        json.put("forward_gflops", limits.forwardGflops());
        json.put("training_gflops", limits.trainingGflops());
        json.put("product_gflops", limits.productGflops());
        json.put("product_size", PRODUCT);
        json.put(
                "convolutions", convolutions.stream().map(CeilingReport::toJson).toList());
        return json;
    }

    private static Map<String, Object> toJson(Ceiling.Rate rate) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("in", rate.layer().in());
        json.put("out", rate.layer().out());
        json.put("kernel", rate.layer().kernel());
        json.put("stride", rate.layer().stride());
        json.put("height", rate.input().height());
        json.put("width", rate.input().width());
        json.put("flops", rate.multiplyAdds());
        json.put("forward_gflops", rate.forward());
        json.put("backward_gflops", rate.backward());
        json.put("training_gflops", rate.training());
        return json;
    }
}
