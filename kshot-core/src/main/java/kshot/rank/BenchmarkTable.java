package kshot.rank;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import kshot.common.ByteOrderMark;
import kshot.common.Heap;
import kshot.common.InvalidInputException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A table with numbers for architectures, read from a file and looked up by the text form of the architecture. Two
 * formats are read, gzipped or not; the content tells which it is:
 *
 * <ul>
 *   <li>CSV with a line of column names, the first of them {@code arch}. A cell may stand in double quotes; a quote
 *       inside of it is written twice. As spreadsheets write it, a semicolon or a tab may stand between cells, and between
 *       semicolons a number may have a decimal comma.
 *   <li>JSON: an object that contains one object for each architecture. Arrays become the columns {@code name[0]},
 *       {@code name[1]}, …
 * </ul>
 *
 * <p>Every error names the file and the line. A cell is read as a number when its column is asked for.
 */
public final class BenchmarkTable {
    /** The name of the first column of a CSV file. */
    public static final String KEY_COLUMN = "arch";

    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int LONGEST_LINE = 1 << 20;
    private static final long MOST_BYTES = 256L << 20; // unpacked
    private static final double SHARE_OF_HEAP = 0.25;
    private static final int BYTES_PER_CELL = 128; // of memory, besides its characters

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_LINE)
                    .maxDocumentLength(MOST_BYTES)
                    .build())
            .build();

    private record Row(int line, Map<String, String> cells) {}

    private final Path file;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Set<String> columns = new LinkedHashSet<>();
    private CSVFormat format = CSVFormat.DEFAULT
            .builder()
            .setIgnoreSurroundingSpaces(true)
            .setTrim(true)
            .get();
    private long held;

    private BenchmarkTable(Path file) {
        this.file = file;
    }

    /**
     * Reads a table.
     *
     * @throws InvalidInputException if there is no such file, or it has neither format, or an architecture stands in it
     *     twice
     */
    public static BenchmarkTable read(Path file) {
        BenchmarkTable table = new BenchmarkTable(file);
        try (InputStream in = unzipped(new BufferedInputStream(Files.newInputStream(file)))) {
            Charset encoding = ByteOrderMark.read(in);
            if (firstByte(in) == '{') {
                table.readJson(in);
            } else {
                table.readCsv(new BufferedReader(
                        new LimitedLines(new InputStreamReader(in, encoding), LONGEST_LINE, MOST_BYTES)));
            }
        } catch (IOException e) {
            throw new InvalidInputException("table " + file + " can't be read: " + e, e);
        }
        return table;
    }

    /**
     * Returns a table as CSV that {@link #read} reads.
     *
     * @param columns names of the columns of numbers
     * @param rows the numbers of each architecture, by its text form
     */
    public static String csv(List<String> columns, Map<String, ? extends List<? extends Number>> rows) {
        Stream<String> header = Stream.of(record(KEY_COLUMN, columns));
        Stream<String> lines = rows.entrySet().stream().map(row -> record(row.getKey(), row.getValue()));
        return Stream.concat(header, lines).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String record(String key, List<?> cells) {
        return CSVFormat.DEFAULT.format(
                Stream.concat(Stream.of(key), cells.stream()).toArray());
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(in)) : in;
    }

    private static int firstByte(InputStream in) throws IOException {
        in.mark(1);
        int first = in.read();
        in.reset();
        return first;
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /** Returns the architectures, in the order of the file. */
    public List<String> keys() {
        return List.copyOf(rows.keySet());
    }

    /** Returns the names of the columns, in the order of their first appearance. */
    public List<String> columns() {
        return List.copyOf(columns);
    }

    /** Returns whether an architecture is in the table. */
    public boolean contains(String key) {
        return rows.containsKey(key);
    }

    /** Returns a column, in the order of {@link #keys}. */
    public double[] column(String column) {
        return column(column, rows.keySet());
    }

    /**
     * Returns the values of a column for the given architectures, in their order. This joins two tables.
     *
     * @throws InvalidInputException if there is no such column or architecture, or the cell is not a finite number
     */
    public double[] column(String column, Collection<String> keys) {
        InvalidInputException.require(
                columns.contains(column), "column of table " + file, "'" + column + "'", "" + columns);
        return keys.stream().mapToDouble(key -> value(key, column)).toArray();
    }

    private double value(String key, String column) {
        Row row = rows.get(key);
        if (row == null) {
            throw new InvalidInputException("table " + file + " has no architecture '" + key + "'; it has "
                    + rows.size()
                    + (rows.isEmpty()
                            ? ""
                            : ", for example '" + rows.keySet().iterator().next() + "'"));
        }
        String cell = row.cells.get(column);
        double value = parse(cell);
        InvalidInputException.require(
                Double.isFinite(value),
                "column '" + column + "' of " + at(row.line),
                cell == null ? "nothing" : "'" + cell + "'",
                "a finite number");
        return value;
    }

    /** Returns the number in a cell, NaN if there is none. */
    private double parse(@Nullable String cell) {
        try {
            // Where a comma is the decimal point, a semicolon stands between cells.
            return cell == null
                    ? Double.NaN
                    : Double.parseDouble(format.getDelimiterString().equals(";") ? cell.replace(',', '.') : cell);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private String at(int line) {
        return "table " + file + ", line " + line;
    }

    private void add(String key, int line, Map<String, String> cells) {
        hold(key, line);
        Row earlier = rows.putIfAbsent(key, new Row(line, cells));
        if (earlier != null) {
            throw new InvalidInputException(
                    at(line) + ": architecture '" + key + "' stands in line " + earlier.line + " already");
        }
        columns.addAll(cells.keySet());
    }

    private void put(Map<String, String> row, String column, @Nullable String cell, int line) {
        row.put(column, cell);
        hold(cell, line);
    }

    private void hold(@Nullable String text, int line) {
        held += BYTES_PER_CELL + (text == null ? 0 : 2L * text.length());
        if (held > Heap.share(SHARE_OF_HEAP)) {
            throw new InvalidInputException(at(line) + ": the table " + Heap.lack(held, Heap.share(SHARE_OF_HEAP)));
        }
    }

    private void readCsv(BufferedReader reader) throws IOException {
        String header = reader.readLine();
        if (header != null) {
            char separator =
                    header.replaceFirst("(?s)[^,;\t]*([,;\t]?).*", "$1,").charAt(0);
            format = format.builder().setDelimiter(separator).get();
        }
        List<String> names = header == null ? List.of() : cells(header, 1);
        InvalidInputException.require(
                !names.isEmpty() && names.get(0).equals(KEY_COLUMN),
                "first column of " + at(1),
                names.isEmpty() ? "nothing" : "'" + names.get(0) + "'",
                "'" + KEY_COLUMN + "'");
        if (new LinkedHashSet<>(names).size() < names.size()) {
            throw new InvalidInputException(at(1) + ": a column stands twice in " + names);
        }
        columns.addAll(names.subList(1, names.size()));
        int number = 1;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (!line.isBlank()) {
                addCsv(names, cells(line, number), number);
            }
        }
    }

    private void addCsv(List<String> names, List<String> cells, int line) {
        InvalidInputException.require(
                cells.size() == names.size(),
                "number of cells of " + at(line),
                cells.size(),
                names.size() + ", as in the first line");
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i < names.size(); i++) {
            put(row, names.get(i), cells.get(i), line);
        }
        add(cells.get(0), line, row);
    }

    /** Returns the cells of a line, without white space around them. A quote ends in its line, so that none is as long as the file. */
    private List<String> cells(String line, int number) {
        try (CSVParser parser = CSVParser.parse(line, format)) {
            return parser.stream().flatMap(CSVRecord::stream).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(at(number) + ": a quote is not closed, or text follows it: " + line, e);
        }
    }

    private void readJson(InputStream in) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), in)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                int line = parser.currentTokenLocation().getLineNr();
                InvalidInputException.require(
                        parser.nextToken() == JsonToken.START_OBJECT,
                        "value of '" + key + "' in " + at(line),
                        parser.getString(),
                        "an object of numbers");
                add(key, line, readJsonRow(parser, line));
            }
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? "table " + file
                    : at(e.getLocation().getLineNr());
            throw new InvalidInputException(place + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Map<String, String> readJsonRow(JsonParser parser, int line) {
        Map<String, String> row = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                    put(row, name + "[" + i + "]", parser.getString(), line);
                    parser.skipChildren();
                }
            } else {
                put(row, name, parser.getString(), line);
                parser.skipChildren();
            }
        }
        return row;
    }
}
