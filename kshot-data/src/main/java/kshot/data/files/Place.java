package kshot.data.files;

import java.nio.file.Path;

/**
 * The place of a file's bytes on disk. They are found there again without a list of the folder or archive.
 *
 * @param file the file that holds them: itself, or an archive
 * @param member its name in a zip archive; empty if the bytes lie in {@code file} as they are
 * @param offset the first byte in {@code file}; 0 for the member of a zip archive
 * @param length the number of bytes
 */
public record Place(Path file, String member, long offset, long length) {
    public Place {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(length + " bytes from byte " + offset + " on of " + file);
        }
    }

    /** Returns the place of a whole file. */
    static Place of(Path file, long length) {
        return new Place(file, "", 0, length);
    }

    @Override
    public String toString() {
        return file + (member.isEmpty() ? offset == 0 ? "" : ", byte " + offset : "/" + member);
    }
}
