package kshot.app.doctor;

import org.jspecify.annotations.Nullable;

/**
 * A fact about the machine.
 *
 * @param name what it is about
 * @param value what was found
 * @param advice what to do about it; null where nothing is wrong
 * @param fatal whether nothing works without it
 */
public record Finding(String name, String value, @Nullable String advice, boolean fatal) {
    static Finding of(String name, String value) {
        return new Finding(name, value, null, false);
    }

    static Finding of(String name, String value, boolean right, String advice) {
        return new Finding(name, value, right ? null : advice, false);
    }
}
