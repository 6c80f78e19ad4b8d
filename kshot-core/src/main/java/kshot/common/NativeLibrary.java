package kshot.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The error of a native library that can't be loaded. Libraries are unpacked into a folder first, and the system may refuse to
 * execute what is in it.
 */
public final class NativeLibrary {
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    private NativeLibrary() {}

    /**
     * Returns an error that names the library, where it was unpacked, why that fails, and what to set.
     *
     * @param library the name of the library
     * @param folder where it was unpacked
     * @param property the property of Java that says where
     */
    public static IllegalStateException unusable(String library, String folder, String property, Throwable cause) {
        return new IllegalStateException(
                "the native library of " + library + " can't be loaded from " + folder
                        + (isNoexec(Path.of(folder).toAbsolutePath(), mounts())
                                ? ", which is mounted noexec"
                                : " (" + rootOf(cause).getMessage() + ")")
                        + ": set XDG_CACHE_HOME, or Java's property " + property
                        + ", to a folder whose files may be executed",
                cause);
    }

    private static List<String> mounts() {
        try {
            return Files.readAllLines(MOUNTS);
        } catch (IOException e) {
            return List.of(); // another system than Linux
        }
    }

    /**
     * Returns whether a folder is in a file system whose files may not be executed.
     *
     * @param mounts lines of Linux's table: device, where it is mounted, type, options
     */
    static boolean isNoexec(Path folder, List<String> mounts) {
        String options = "";
        int depth = -1;
        for (String mount : mounts) {
            String[] fields = mount.split(" ", -1);
            Path where = Path.of(unescaped(fields[1]));
            // Of two mounts at one place the later one hides the other.
            if (folder.startsWith(where) && where.getNameCount() >= depth) {
                depth = where.getNameCount();
                options = fields[3];
            }
        }
        return Arrays.asList(options.split(",", -1)).contains("noexec");
    }

    /** Returns a path in which white space was written as its octal code. */
    private static String unescaped(String path) {
        return OCTAL.matcher(path)
                .replaceAll(code -> Matcher.quoteReplacement("" + (char) Integer.parseInt(code.group(1), 8)));
    }

    private static Throwable rootOf(Throwable error) {
        Throwable cause = error.getCause();
        return cause == null ? error : rootOf(cause);
    }
}
