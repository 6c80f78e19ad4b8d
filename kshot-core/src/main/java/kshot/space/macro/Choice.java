package kshot.space.macro;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;

/**
 * One of several blocks; that called L has the weight block {@code name.L}.
 *
 * @param shared whether options share the weights that fit: inverted residuals their 1×1 convolutions and the depthwise
 *     kernels of one size, residuals their convolutions of one size
 */
record Choice(int decision, List<String> labels, List<Block> options, boolean shared) implements Block {
    public Choice {
        labels = List.copyOf(labels);
        options = List.copyOf(options);
    }

    private Block chosen(Architecture architecture) {
        return options.get(architecture.choice(decision));
    }

    @Override
    public Flow build(String name, Flow in, Scope scope) {
        int option = scope.option(decision);
        Block chosen = options.get(option);
        String common = shared ? chosen.sharedName(name) : null;
        Flow flow = chosen.build(common == null ? name + "." + labels.get(option) : common, in, scope);
        return new Flow(flow.x(), widest(in.widest()));
    }

    @Override
    public int widest(int in) {
        return options.stream().mapToInt(option -> option.widest(in)).max().orElseThrow();
    }

    @Override
    public int stride() {
        return options.stream().mapToInt(Block::stride).max().orElseThrow();
    }

    @Override
    public Choice withoutStride() {
        return new Choice(
                decision, labels, options.stream().map(Block::withoutStride).toList(), shared);
    }

    @Override
    public String operation(Architecture architecture) {
        return chosen(architecture).operation(architecture);
    }

    @Override
    public int kernel(Architecture architecture) {
        return chosen(architecture).kernel(architecture);
    }

    @Override
    public boolean passesThrough(Architecture architecture, int in) {
        return chosen(architecture).passesThrough(architecture, in);
    }

    @Override
    public void chooseWidest(int in, int[] choices) {
        options.forEach(option -> option.chooseWidest(in, choices));
        int widest = widest(in);
        choices[decision] = IntStream.range(0, options.size())
                .filter(option -> options.get(option).widest(in) == widest)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Override
    public void branch(int[] choices, Collection<Architecture> cover) {
        for (int option = 0; option < options.size(); option++) {
            int[] there = choices.clone();
            there[decision] = option;
            cover.add(Architecture.of(there));
            options.get(option).branch(there, cover);
        }
    }
}
