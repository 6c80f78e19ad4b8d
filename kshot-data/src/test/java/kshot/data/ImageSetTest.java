package kshot.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Test;

class ImageSetTest {
    private static final FeatureShape PIXEL = new FeatureShape(1, 1, 1);

    /** Images of one pixel, whose value is their index. */
    private static ImageSet indexed(int... labels) {
        byte[][] images = new byte[labels.length][];
        for (int i = 0; i < labels.length; i++) {
            images[i] = new byte[] {(byte) i};
        }
        return new ImageSet(PIXEL, List.of("a", "b", "c"), images, labels);
    }

    private static ImageSet hundred() {
        int[] labels = new int[100];
        for (int i = 0; i < 100; i++) {
            labels[i] = i < 60 ? 0 : i < 90 ? 1 : 2;
        }
        return indexed(labels);
    }

    @Test
    void splitsEachClassInProportion() {
        Split split = hundred().split(0.2, new Seed(1));
        assertThat(split.first().countsByClass()).containsExactly(48, 24, 8);
        assertThat(split.second().countsByClass()).containsExactly(12, 6, 2);
    }

    @Test
    void splitsIntoDisjointPartsInTheirOrder() {
        Split split = hundred().split(0.2, new Seed(1));
        Set<Integer> seen = new HashSet<>();
        for (ImageSet part : List.of(split.first(), split.second())) {
            int last = -1;
            for (int i = 0; i < part.size(); i++) {
                int index = part.image(i)[0];
                assertThat(index).isGreaterThan(last);
                last = index;
                seen.add(index);
            }
        }
        assertThat(seen).hasSize(100);
    }

    @Test
    void shuffledHasEachImageOnceWithItsLabelInAnOrderOfTheSeed() {
        ImageSet set = hundred();
        ImageSet shuffled = set.shuffled(new Seed(1));
        List<Integer> order = IntStream.range(0, 100)
                .mapToObj(i -> (int) shuffled.image(i)[0])
                .toList();
        assertThat(order)
                .doesNotHaveDuplicates()
                .isNotEqualTo(order.stream().sorted().toList());
        for (int i = 0; i < 100; i++) {
            assertThat(shuffled.label(i)).isEqualTo(set.label(order.get(i)));
        }
        assertThat(set.shuffled(new Seed(1)).fingerprint()).isEqualTo(shuffled.fingerprint());
        assertThat(set.shuffled(new Seed(2)).fingerprint()).isNotEqualTo(shuffled.fingerprint());
    }

    @Test
    void splitDependsOnTheSeedAlone() {
        String one = hundred().split(0.2, new Seed(1)).second().fingerprint();
        assertThat(hundred().split(0.2, new Seed(1)).second().fingerprint()).isEqualTo(one);
        assertThat(hundred().split(0.2, new Seed(2)).second().fingerprint()).isNotEqualTo(one);
    }

    @Test
    void splitKeepsTheTotalWhereClassesAreSmall() {
        // 15% of 3 + 3 + 3 images is 1.35; rounding class by class would give none.
        Split split = indexed(0, 0, 0, 1, 1, 1, 2, 2, 2).split(0.15, new Seed(1));
        assertThat(split.second().size()).isEqualTo(1);
    }

    /** 42 images of one class, one of the next and 57 of the last: a fifth of the first two is 8.6 images, which rounds to 9. */
    @Test
    void everyClassKeepsAnImageForTraining() {
        int[] labels = new int[100];
        for (int i = 0; i < 100; i++) {
            labels[i] = i < 42 ? 0 : i < 43 ? 1 : 2;
        }
        for (int seed = 0; seed < 200; seed++) {
            Split split = indexed(labels).split(0.2, new Seed(seed));
            assertThat(split.first().countsByClass()).containsExactly(34, 1, 45);
            assertThat(split.second().countsByClass()).containsExactly(8, 0, 12); // 8.4, and 19.8 with the last class
        }
    }

    @Test
    void aClassOfTwoGivesOneHoweverLargeTheFraction() {
        for (int seed = 0; seed < 200; seed++) {
            Split split = indexed(0, 1, 1, 2, 2, 2).split(0.95, new Seed(seed));
            assertThat(split.first().countsByClass()).containsExactly(1, 1, 1);
            assertThat(split.second().countsByClass()).containsExactly(0, 1, 2);
        }
    }

    @Test
    void aSampleMayHaveTheOnlyImageOfAClass() {
        ImageSet sample = indexed(0, 1, 2).sample(0.6, new Seed(1)); // 0.6, 1.2 and 1.8 images up to each class
        assertThat(sample.countsByClass()).containsExactly(1, 0, 1);
    }

    @Test
    void refusesASplitWithAnEmptyPart() {
        assertThatThrownBy(() -> indexed(0, 1).split(0.1, new Seed(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("images to split by 0.1: 2 is not allowed; allowed: so many that neither part is empty");
        assertThatThrownBy(() -> indexed(0, 1).split(1, new Seed(1))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void fingerprintIsThatOfTheBytes() {
        // python3 -c "import hashlib; print(hashlib.sha256(b'1x1x1\n3\n' + b'\0\0\0\1a' + b'\0\0\0\1b' + b'\0\0\0\1c'
        //   + b'\0\0\0\2\0\0\0\1' + b'\0\1').hexdigest())"
        assertThat(indexed(2, 1).fingerprint())
                .isEqualTo("923d440c4bc94c74751d58f075a6ed8a097fab78643bbce05f0afb24dd9b20f5");
    }

    @Test
    void fingerprintSeesEverything() {
        ImageSet set = indexed(0, 1);
        assertThat(indexed(0, 2).fingerprint()).isNotEqualTo(set.fingerprint());
        assertThat(set.subset(new int[] {1, 0}).fingerprint()).isNotEqualTo(set.fingerprint());
        assertThat(set.subset(new int[] {0, 1}).fingerprint()).isEqualTo(set.fingerprint());
        ImageSet renamed = new ImageSet(
                PIXEL, List.of("a", "bc", ""), new byte[][] {set.image(0), set.image(1)}, new int[] {0, 1});
        assertThat(renamed.fingerprint()).isNotEqualTo(set.fingerprint());
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> indexed()).hasMessage("image set: 0 0 labels");
        assertThatThrownBy(() -> indexed(3)).hasMessage("image set: 3 as label of image 0");
    }

    @Test
    void aSmallSetIsRepeatedUntilItIsLargeEnough() {
        ImageSet three = new ImageSet(
                new FeatureShape(1, 1, 1), List.of("a", "b"), new byte[][] {{1}, {2}, {3}}, new int[] {0, 1, 0});
        assertThat(three.repeatedTo(0)).isSameAs(three);
        assertThat(three.repeatedTo(3)).isSameAs(three);
        ImageSet twice = three.repeatedTo(4);
        assertThat(twice.size()).isEqualTo(6);
        assertThat(twice.countsByClass()).containsExactly(4, 2);
        assertThat(twice.fingerprint())
                .isEqualTo(three.subset(new int[] {0, 1, 2, 0, 1, 2}).fingerprint());
    }

    @Test
    void rareClassesAreRepeated() {
        byte[][] images = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};
        ImageSet set = new ImageSet(
                new FeatureShape(1, 1, 1), List.of("a", "b", "c"), images, new int[] {0, 0, 0, 0, 0, 1, 1, 0});
        ImageSet balanced = ClassBalance.SAMPLING.of(set);
        assertThat(balanced.countsByClass()).containsExactly(6, 6, 0);
        assertThat(IntStream.range(0, balanced.size()).map(i -> balanced.image(i)[0]))
                .containsExactly(0, 1, 2, 3, 4, 5, 5, 5, 6, 6, 6, 7);
        assertThat(ClassBalance.AUTO.of(set))
                .as("three times as many at the most")
                .isSameAs(set);
        assertThat(ClassBalance.AUTO.of(set.subset(new int[] {0, 1, 2, 3, 5})).size())
                .isEqualTo(8);
        assertThat(ClassBalance.NONE.of(set)).isSameAs(set);
    }
}
