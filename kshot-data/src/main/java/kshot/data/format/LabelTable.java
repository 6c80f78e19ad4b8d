package kshot.data.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kshot.common.ByteOrderMark;
import kshot.common.Heap;
import kshot.data.files.FileEntry;
import kshot.data.format.LabelFiles.ImageNames;
import kshot.data.source.SplitNames;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file that gives images their labels, with or without a line of column names, separated by commas, semicolons or
 * tabs. The column of images is the one most of whose values name an image. The column of labels has a usual name, or is
 * the only other one.
 *
 * @param rows the rows in their order
 */
record LabelTable(List<Row> rows) {
    private static final double SHARE_OF_HEAP = 1 / 64.0; // cells take many times the space of their text
    private static final int LOOKED_AT = 200;

    private static final Set<String> LABEL_NAMES = Set.of(
            "label",
            "labels",
            "class",
            "classes",
            "classname",
            "classid",
            "classlabel",
            "category",
            "categoryid",
            "categoryname",
            "target",
            "y",
            "species",
            "breed",
            "diagnosis",
            "dx",
            "tag",
            "groundtruth");
    private static final Set<String> PART_NAMES =
            Set.of("split", "set", "subset", "part", "partition", "phase", "usage", "datasplit", "traintest");

    /**
     * A row.
     *
     * @param line the number of its line, from 1 on
     * @param image the name of the image file
     * @param label the label
     * @param part the part of the data set; null where no column says it
     */
    record Row(
            long line, String image, String label, @Nullable String part) {}

    /** Returns whether a file may be a table. */
    static boolean isTable(FileEntry file) {
        String name = file.name().toLowerCase(Locale.ROOT);
        return name.endsWith(".csv") || name.endsWith(".tsv");
    }

    /**
     * Reads a table; empty if its rows name no images.
     *
     * @throws IOException if its rows name images, and which column has the labels is not clear
     */
    static Optional<LabelTable> read(FileEntry file, ImageNames names) throws IOException {
        List<CSVRecord> records = records(file);
        if (records.isEmpty()) {
            return Optional.empty();
        }
        int columns = records.get(0).size();
        boolean hasNames = IntStream.range(0, columns)
                .allMatch(c -> names.find(records.get(0).get(c), file).isEmpty());
        List<CSVRecord> rows = hasNames ? records.subList(1, records.size()) : records;
        List<String> header = IntStream.range(0, columns)
                .mapToObj(c -> hasNames ? normalized(records.get(0).get(c)) : "")
                .toList();
        int image = imageColumn(rows, columns, names, file);
        if (image < 0) {
            return Optional.empty();
        }
        int part = column(header, PART_NAMES, image);
        if (part < 0 && columns > 2) {
            part = partColumn(rows, columns, image);
        }
        int label = column(header, LABEL_NAMES, image);
        if (label < 0 && columns - (part < 0 ? 1 : 2) == 1) {
            int known = part;
            label = IntStream.range(0, columns)
                    .filter(c -> c != image && c != known)
                    .findFirst()
                    .orElse(-1);
        }
        if (label < 0) {
            if (columns == 1) {
                return Optional.empty(); // a list of images, for a test
            }
            throw new IOException(file.path() + " names images, but none of its columns "
                    + records.get(0).toList() + " is known as their label; call it 'label'");
        }
        return Optional.of(new LabelTable(rows(file, rows, image, label, part)));
    }

    private static List<Row> rows(FileEntry file, List<CSVRecord> records, int image, int label, int part)
            throws IOException {
        List<Row> rows = new ArrayList<>();
        for (CSVRecord row : records) {
            if (row.size() <= Math.max(Math.max(image, label), part)) {
                throw new IOException(file.path() + ", record " + row.getRecordNumber() + ": " + row.size() + " cells");
            }
            String name = row.get(label).strip();
            if (name.isEmpty()) {
                throw new IOException(file.path() + ", record " + row.getRecordNumber() + ": no label");
            }
            rows.add(new Row(row.getRecordNumber(), row.get(image), name, part < 0 ? null : row.get(part)));
        }
        return rows;
    }

    private static List<CSVRecord> records(FileEntry file) throws IOException {
        String text = text(file.read((int) Math.min(1 << 30, Heap.share(SHARE_OF_HEAP))));
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(separator(first))
                .setIgnoreEmptyLines(true)
                .setTrim(true)
                .get();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
            return parser.getRecords();
        } catch (UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            throw new IOException(file.path() + ": " + e.getMessage(), e);
        }
    }

    /** Decodes a text as people save tables: UTF-8 or UTF-16, with or without a byte order mark. */
    private static String text(byte[] bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        Charset encoding = ByteOrderMark.read(in);
        return new String(in.readAllBytes(), encoding);
    }

    private static char separator(String line) {
        char best = ',';
        for (char candidate : new char[] {';', '\t'}) {
            if (count(line, candidate) > count(line, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private static long count(String line, char c) {
        return line.chars().filter(other -> other == c).count();
    }

    private static String normalized(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
    }

    private static int column(List<String> header, Set<String> names, int except) {
        return IntStream.range(0, header.size())
                .filter(c -> c != except && names.contains(header.get(c)))
                .findFirst()
                .orElse(-1);
    }

    /** Returns the column most of whose values name images; -1 if no column has half of them. */
    private static int imageColumn(List<CSVRecord> rows, int columns, ImageNames names, FileEntry file) {
        List<CSVRecord> some = spread(rows);
        int best = -1;
        long most = some.size() / 2;
        for (int c = 0; c < columns; c++) {
            int column = c;
            long found = some.stream()
                    .filter(row -> column < row.size()
                            && names.find(row.get(column), file).isPresent())
                    .count();
            if (found > most) {
                most = found;
                best = c;
            }
        }
        return best;
    }

    /** Returns the column whose values are names of parts, several of them; -1 if there is none. */
    private static int partColumn(List<CSVRecord> rows, int columns, int except) {
        for (int c = 0; c < columns; c++) {
            Set<String> values = new HashSet<>();
            for (CSVRecord row : rows) {
                values.add(c < row.size() ? row.get(c) : "");
                if (values.size() > LOOKED_AT) {
                    break;
                }
            }
            if (c != except && values.size() > 1 && values.stream().allMatch(v -> SplitNames.role(v) != null)) {
                return c;
            }
        }
        return -1;
    }

    /** Returns so many rows, from all of the table. */
    private static List<CSVRecord> spread(List<CSVRecord> rows) {
        int step = Math.max(1, rows.size() / LOOKED_AT);
        return IntStream.range(0, rows.size())
                .filter(i -> i % step == 0)
                .mapToObj(rows::get)
                .toList();
    }
}
