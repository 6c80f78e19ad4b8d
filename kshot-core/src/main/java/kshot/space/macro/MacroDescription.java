package kshot.space.macro;

import java.util.List;
import kshot.network.FeatureShape;
import kshot.space.Decision;

/**
 * The description of a {@link MacroSpace} in a file: its places in the order of layers, stages and repetitions written out, and its
 * decisions, to which choices and widths in the places refer by index.
 *
 * @param name name of the space
 * @param input shape of the images
 * @param classes number of classes
 * @param compact whether the text form is one character for each decision
 * @param smallestMap least extent of the last map, in pixels, to which strides are adapted; 0 to leave them alone
 * @param decisions the decisions
 * @param places the places; the last is the linear layer
 */
record MacroDescription(
        String name,
        FeatureShape input,
        int classes,
        boolean compact,
        int smallestMap,
        List<Decision> decisions,
        List<Place> places) {

    MacroDescription {
        decisions = List.copyOf(decisions);
        places = List.copyOf(places);
    }

    /**
     * A place of a layer.
     *
     * @param name unique, for example {@code stage2.layer3}
     * @param block what stands there
     * @param first the first of the decisions that come up here for the first time
     * @param end the index after the last of them
     * @param repeats whether it is a layer of the same stage as the place before, not the stage's first: all such layers
     *     of a stage are of one form, with decisions of their own
     */
    record Place(String name, Block block, int first, int end, boolean repeats) {
        /** Whether it does the same to its input as the place before would, so that the two may change their choices. */
        boolean isOfOneForm() {
            return repeats && block.stride() == 1;
        }

        Place withoutStride() {
            return new Place(name, block.withoutStride(), first, end, repeats);
        }
    }
}
