package kshot.data.format;

import static kshot.data.TestFiles.fixture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that {@code make_meta.py} made with SciPy. */
class MatFileTest {
    @ParameterizedTest
    @ValueSource(strings = {"meta.mat", "meta_plain.mat"})
    void fieldsOfStructuresAreTexts(String name) throws IOException {
        byte[] file = fixture(name);
        assertThat(MatFile.field(file, "ILSVRC2012_ID")).containsExactly("1", "2", "300", "1001");
        assertThat(MatFile.field(file, "WNID")).containsExactly("n02119789", "n01440764", "n01443537", "n00001740");
        assertThat(MatFile.field(file, "words")).startsWith("kit fox, Vulpes macrotis");
        assertThatThrownBy(() -> MatFile.field(file, "id"))
                .isInstanceOf(IOException.class)
                .hasMessage("no field 'id' in the MATLAB file; it has [ILSVRC2012_ID, WNID, words, gloss, num_children,"
                        + " children, wordnet_height, num_train_images]");
    }

    /** Whatever a damaged file is, it is no exception but of one kind. */
    @ParameterizedTest
    @ValueSource(strings = {"meta.mat", "meta_plain.mat"})
    void damagedFilesAreRefused(String name) throws IOException {
        byte[] file = fixture(name);
        for (int place = 0; place < file.length; place++) {
            readOrRefuse(Arrays.copyOf(file, place));
            for (int value : new int[] {0, 0x7F, 0xFF}) {
                byte[] damaged = file.clone();
                damaged[place] = (byte) value;
                readOrRefuse(damaged);
            }
        }
    }

    private static void readOrRefuse(byte[] file) {
        try {
            MatFile.field(file, "WNID");
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }

    @Test
    void otherFilesAreSaid() {
        assertThatThrownBy(() -> MatFile.field(new byte[100], "WNID")).hasMessage("no MATLAB file of version 5");
        assertThatThrownBy(() -> MatFile.field(new byte[1000], "WNID")).hasMessage("no array in the MATLAB file");
    }
}
