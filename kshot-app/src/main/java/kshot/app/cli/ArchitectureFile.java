package kshot.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.TextFile;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * Files of architectures, one a line: the text form, or the numbers of the options, from 0, with spaces,
 * commas or semicolons between them. Empty lines are passed over.
 */
final class ArchitectureFile {
    /** At most four digits: more options than that, no decision has. */
    private static final String NUMBER = "\\d{1,4}";

    private static final int MAX_BYTES = 16 << 20;

    private ArchitectureFile() {}

    static List<Architecture> read(SearchSpace space, Path file) {
        List<String> lines =
                TextFile.read("--archs " + file, file, MAX_BYTES).lines().toList();
        List<Architecture> architectures = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                try {
                    architectures.add(parse(space, lines.get(i).strip()));
                } catch (InvalidInputException e) {
                    throw new InvalidInputException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return architectures;
    }

    private static Architecture parse(SearchSpace space, String line) {
        String[] words = line.split("[\\s,;]+");
        if (words.length < 2 || !Arrays.stream(words).allMatch(word -> word.matches(NUMBER))) {
            return space.parse(line);
        }
        return space.require(
                Architecture.of(Arrays.stream(words).mapToInt(Integer::parseInt).toArray()));
    }
}
