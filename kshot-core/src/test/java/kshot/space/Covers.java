package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightShape;

/** A check of the slots of weights of a space. */
public final class Covers {
    private Covers() {}

    /** Requires that every slice lies in a slot, and that every slot is used in its whole shape. */
    public static void requireCover(SearchSpace space, SplittableRandom random, int architectures) {
        Map<String, WeightShape> slots = new HashMap<>();
        space.slots().forEach(slot -> slots.put(slot.slot(), slot.shape()));
        Set<String> whole = new HashSet<>();
        for (Architecture architecture : space.cover()) {
            collectWhole(space.network(architecture), slots, whole);
        }
        assertThat(whole).isEqualTo(slots.keySet());
        for (int i = 0; i < architectures; i++) {
            Architecture architecture = space.sample(random);
            for (Parameter parameter : space.network(architecture).parameters()) {
                WeightShape slot = slots.get(parameter.slot());
                assertThat(slot).as(parameter.slot()).isNotNull();
                assertThat(parameter.shape().isSliceOf(slot))
                        .as("%s of %s in %s", parameter, slot, architecture)
                        .isTrue();
            }
        }
    }

    private static void collectWhole(Network network, Map<String, WeightShape> slots, Set<String> whole) {
        for (Parameter parameter : network.parameters()) {
            if (parameter.shape().equals(slots.get(parameter.slot()))) {
                whole.add(parameter.slot());
            }
        }
    }
}
