package kshot.tensor;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A graphics card as its driver describes it.
 *
 * @param name of the model
 * @param bytes of its memory
 * @param capability the generation of its instructions, such as 9.0
 * @param driver the version of the driver
 */
public record GraphicsCard(String name, long bytes, double capability, String driver) {
    private static final List<String> COMMAND = List.of(
            "nvidia-smi", "--query-gpu=name,memory.total,compute_cap,driver_version", "--format=csv,noheader,nounits");

    private static final Pattern LINE = Pattern.compile("(.+?), *(\\d+), *(\\d+\\.\\d+), *([\\d.]+)");
    private static final long MEBIBYTE = 1 << 20;

    /** The first generation with instructions for bfloat16. */
    private static final double AMPERE = 8.0;

    /** Returns the cards that the driver lists; none where there is no driver. */
    public static List<GraphicsCard> listed() {
        try {
            Process process = new ProcessBuilder(COMMAND)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader lines = process.inputReader()) {
                return lines.lines()
                        .map(GraphicsCard::parse)
                        .flatMap(Optional::stream)
                        .toList();
            }
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Reads a line of the driver's list; empty if it is no such line. */
    static Optional<GraphicsCard> parse(String line) {
        Matcher fields = LINE.matcher(line.strip());
        return fields.matches()
                ? Optional.of(new GraphicsCard(
                        fields.group(1),
                        Long.parseLong(fields.group(2)) * MEBIBYTE,
                        Double.parseDouble(fields.group(3)),
                        fields.group(4)))
                : Optional.empty();
    }

    /** Returns whether all cards compute in bfloat16 faster than in float32. */
    static boolean allHaveFastBfloat16() {
        return listed().stream().allMatch(card -> card.capability >= AMPERE);
    }
}
