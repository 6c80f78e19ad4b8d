package kshot.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import kshot.common.InvalidInputException;
import kshot.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkTableTest {
    @TempDir
    private Path folder;

    private BenchmarkTable read(String text) throws IOException {
        return BenchmarkTable.read(Files.writeString(folder.resolve("t"), text));
    }

    private void assertRefused(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message.replace("FILE", folder.resolve("t").toString()));
    }

    @Test
    void readsCsv() throws IOException {
        BenchmarkTable table = read("arch,score,note\n22,0.5,x\n\n\"a,\"\"b\"\"\", 1e-3 ,\n");
        assertThat(table.keys()).containsExactly("22", "a,\"b\"");
        assertThat(table.columns()).containsExactly("score", "note");
        assertThat(table.column("score")).containsExactly(0.5, 0.001);
        assertThat(table.column("score", List.of("a,\"b\"", "22"))).containsExactly(0.001, 0.5);
        assertThat(table.contains("22")).isTrue();
        assertThat(table.contains("23")).isFalse();
    }

    /** Tables as Excel writes them in a country with a decimal comma, and as its "Unicode text". */
    @Test
    void readsWhatSpreadsheetsWrite() throws IOException {
        BenchmarkTable csv = read("\uFEFFarch;score;note\r\n\"a,b\";0,5;x\r\n22;1e-3;\"y;z\"\r\n");
        assertThat(csv.keys()).containsExactly("a,b", "22");
        assertThat(csv.columns()).containsExactly("score", "note");
        assertThat(csv.column("score")).containsExactly(0.5, 0.001);
        Path file = folder.resolve("t.txt");
        Files.writeString(file, "\uFEFFarch\tscore\r\na;b\t0.5\r\n", StandardCharsets.UTF_16LE);
        assertThat(BenchmarkTable.read(file).column("score", List.of("a;b"))).containsExactly(0.5);
        assertThat(read("\uFEFF{\"1\": {\"score\": 2}}").column("score")).containsExactly(2);
    }

    @Test
    void readsJson() throws IOException {
        BenchmarkTable table =
                read("{\"01\": {\"acc\": [90.5, 91], \"flops\": 12},\n \"02\": {\"acc\": [1, 2], \"flops\": 13}}");
        assertThat(table.keys()).containsExactly("01", "02");
        assertThat(table.columns()).containsExactly("acc[0]", "acc[1]", "flops");
        assertThat(table.column("acc[1]")).containsExactly(91, 2);
        assertThat(table.column("flops", List.of("02"))).containsExactly(13);
    }

    @Test
    void readsGzipped() throws IOException {
        Path file = folder.resolve("t.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("arch,score\n1,2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(BenchmarkTable.read(file).column("score")).containsExactly(2);
    }

    @Test
    void refusesWhatIsNotATable() {
        assertRefused("", "first column of table FILE, line 1: nothing is not allowed; allowed: 'arch'");
        assertRefused("a,b\n", "first column of table FILE, line 1: 'a' is not allowed; allowed: 'arch'");
        assertRefused("arch,b,b\n", "table FILE, line 1: a column stands twice in [arch, b, b]");
        assertRefused(
                "arch,b\n1,2\n2,3,4\n",
                "number of cells of table FILE, line 3: 3 is not allowed; allowed: 2, as in the first line");
        assertRefused("arch,b\n\"1,2\n", "table FILE, line 2: a quote is not closed, or text follows it: \"1,2");
        assertRefused(
                "arch,b\n1,2\n\"2\"x,3\n", "table FILE, line 3: a quote is not closed, or text follows it: \"2\"x,3");
        assertRefused("arch,b\n\"1\n\",2\n", "table FILE, line 2: a quote is not closed, or text follows it: \"1");
        assertRefused("arch,b\n1,2\n2,2\n1,2\n", "table FILE, line 4: architecture '1' stands in line 2 already");
        assertRefused("{\"1\": {}, \n\"1\": {}}", "table FILE, line 2: architecture '1' stands in line 1 already");
        assertRefused(
                "{\n\"1\": 2}", "value of '1' in table FILE, line 2: 2 is not allowed; allowed: an object of numbers");
    }

    @Test
    void refusesBrokenJsonAndMissingFiles() {
        assertThatThrownBy(() -> read("{\"1\": {\"a\": 1},\n oops"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("line 2 is not JSON");
        assertThatThrownBy(() -> read("{\"1\": {\"a\": 1"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not JSON");
        assertThatThrownBy(() -> BenchmarkTable.read(folder.resolve("none.csv")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none.csv can't be read");
    }

    @Test
    void refusesADamagedGzip() throws IOException {
        Path file = folder.resolve("t.gz");
        for (String text : new String[] {"{\"1\": {\"a\": 1}}", "arch,b\n1,2\n"}) {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            byte[] gzip = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(gzip, gzip.length - 9)); // the checksum, and a byte before
            assertThatThrownBy(() -> BenchmarkTable.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("table " + file)
                    .hasMessageContaining("Unexpected end of ZLIB input stream");
        }
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        BenchmarkTable table = read("arch,score,note\n1,2,x\n2,NaN,\n");
        String file = folder.resolve("t").toString();
        assertThatThrownBy(() -> table.column("acc"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("column of table " + file + ": 'acc' is not allowed; allowed: [score, note]");
        assertThatThrownBy(() -> table.column("score", List.of("7")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("table " + file + " has no architecture '7'; it has 2, for example '1'");
        assertThatThrownBy(() -> table.column("note"))
                .hasMessage(
                        "column 'note' of table " + file + ", line 2: 'x' is not allowed; allowed: a finite number");
        assertThatThrownBy(() -> table.column("score"))
                .hasMessage(
                        "column 'score' of table " + file + ", line 3: 'NaN' is not allowed; allowed: a finite number");
    }

    @Test
    void readsNasBench201() {
        BenchmarkTable table = BenchmarkTable.read(SharedData.require("nas-bench-201.csv.gz"));
        assertThat(table.keys()).hasSize(15_625);
        double[] test = table.column("cifar10_test");
        assertThat(test[6111]).isCloseTo(94.3733, within(1e-4));
        assertThat(Arrays.stream(test).max()).hasValue(test[6111]);
    }

    @Test
    void readsTheMacroBenchmarks() {
        BenchmarkTable macro = BenchmarkTable.read(SharedData.require("nas-bench-macro.json.gz"));
        assertThat(macro.keys()).hasSize(6_561);
        assertThat(macro.column("flops", List.of("00000000", "22222222"))).containsExactly(7_713_280, 105_660_928);
        assertThat(macro.column("mean_acc", List.of("22212220"))[0]).isCloseTo(93.1267, within(1e-4));
        BenchmarkTable channels = BenchmarkTable.read(SharedData.require("channel-bench-macro-mobilenet.json.gz"));
        assertThat(channels.keys()).hasSize(16_384);
        assertThat(channels.column("mean", List.of("4444342"))[0]).isCloseTo(91.8867, within(1e-4));
    }
}
