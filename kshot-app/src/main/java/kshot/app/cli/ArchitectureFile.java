package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/** Files of architectures: one text form a line; empty lines are passed over. */
final class ArchitectureFile {
    private ArchitectureFile() {}

    static List<Architecture> read(SearchSpace space, Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new InvalidInputException("--archs " + file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        List<Architecture> architectures = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                try {
                    architectures.add(space.parse(lines.get(i).strip()));
                } catch (InvalidInputException e) {
                    throw new InvalidInputException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return architectures;
    }
}
