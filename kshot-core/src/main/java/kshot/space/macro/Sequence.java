package kshot.space.macro;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import kshot.space.Architecture;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;

/** Blocks one after the other; the i-th, from 1, has the weight block {@code name.i}. */
record Sequence(List<Block> blocks) implements Block {
    public Sequence {
        blocks = List.copyOf(blocks);
    }

    @Override
    public Flow build(String name, Flow in, Scope scope) {
        Flow flow = in;
        for (int i = 0; i < blocks.size(); i++) {
            flow = blocks.get(i).build(name + "." + (i + 1), flow, scope);
        }
        return flow;
    }

    @Override
    public int widest(int in) {
        int widest = in;
        for (Block block : blocks) {
            widest = block.widest(widest);
        }
        return widest;
    }

    @Override
    public int stride() {
        return Block.product(blocks.stream().mapToLong(Block::stride));
    }

    @Override
    public Sequence withoutStride() {
        return new Sequence(blocks.stream().map(Block::withoutStride).toList());
    }

    @Override
    public String operation(Architecture architecture) {
        return blocks.stream().map(b -> b.operation(architecture)).collect(Collectors.joining("+"));
    }

    @Override
    public int kernel(Architecture architecture) {
        return blocks.stream().mapToInt(b -> b.kernel(architecture)).max().orElse(0);
    }

    @Override
    public boolean passesThrough(Architecture architecture, int in) {
        return blocks.stream().allMatch(b -> b.passesThrough(architecture, in));
    }

    @Override
    public void chooseWidest(int in, int[] choices) {
        int widest = in;
        for (Block block : blocks) {
            block.chooseWidest(widest, choices);
            widest = block.widest(widest);
        }
    }

    @Override
    public void branch(int[] choices, Collection<Architecture> cover) {
        blocks.forEach(block -> block.branch(choices, cover));
    }
}
