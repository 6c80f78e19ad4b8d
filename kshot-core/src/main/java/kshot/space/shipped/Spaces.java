package kshot.space.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.macro.MacroSpaceReader;
import kshot.space.yaml.YamlNode;

/** The search spaces that are shipped, and those in files. */
public final class Spaces {
    /** The space for small images on a CPU that is used where none is named. */
    public static final String DEFAULT = "small";

    /** The name of {@link NasBench201}. */
    public static final String NAS_BENCH_201 = NasBench201.NAME;

    private static final List<String> SHIPPED =
            List.of(DEFAULT, NAS_BENCH_201, "nas-bench-macro", "channel-bench-macro-mobilenet", "mobilenetv2-se");

    private Spaces() {}

    /** Names of the shipped spaces, the default first. */
    public static List<String> shipped() {
        return SHIPPED;
    }

    /**
     * A shipped space, or that of a YAML file.
     *
     * @param name a name among {@link #shipped()}, or a path that ends in {@code .yaml} or {@code .yml} or contains a
     *     separator
     * @throws InvalidInputException if there is no such space, naming those that are shipped, or if the file is wrong
     */
    public static SearchSpace named(String name) {
        if (name.equals(NAS_BENCH_201)) {
            return NasBench201.cifar10();
        }
        if (SHIPPED.contains(name)) {
            return MacroSpaceReader.read(name + ".yaml", resource("/kshot/spaces/" + name + ".yaml"));
        }
        if (name.matches("(?i).*([.]ya?ml|[/\\\\].*)")) {
            return MacroSpaceReader.read(Path.of(name));
        }
        List<String> allowed = new ArrayList<>(SHIPPED);
        allowed.add("a path of a YAML file");
        throw new InvalidInputException(YamlNode.unknown("search space", name, allowed));
    }

    /** The shipped spaces that have an architecture of this text; at most one, unless two spaces write theirs alike. */
    public static List<SearchSpace> ofArchitecture(String text) {
        return SHIPPED.stream()
                .map(Spaces::named)
                .filter(space -> reads(space, text))
                .toList();
    }

    private static boolean reads(SearchSpace space, String text) {
        try {
            space.parse(text);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }

    static String resource(String path) {
        try (InputStream stream = Spaces.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + path + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
