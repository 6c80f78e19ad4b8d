package kshot.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A command that can be interrupted and go on. */
interface Resumable {
    /** The command line that goes on with what this one has begun; null if it has not begun anything. */
    @Nullable
    String commandToGoOn();

    /** A path as a word of a POSIX shell. */
    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w./@%+=:,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
