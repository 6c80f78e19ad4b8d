package kshot.data.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A reader of bytes at {@link Place}s. Any thread may use it. Zip archives stay open as long as it is in use. */
public final class PlaceReader {
    private final Map<Path, ZipFile> zips = new HashMap<>();

    /** Returns the bytes at a place as a file, whose path is that of the place. */
    public FileEntry file(Place place) {
        return new FileEntry(place.file().toString(), place.length(), () -> open(place), place);
    }

    private InputStream open(Place place) throws IOException {
        if (place.member().isEmpty()) {
            return new FileSlice(place.file(), place.offset(), place.length());
        }
        ZipFile zip = zip(place.file());
        ZipEntry entry = zip.getEntry(place.member());
        if (entry == null) {
            throw new IOException("not in the zip archive any more");
        }
        return zip.getInputStream(entry);
    }

    private synchronized ZipFile zip(Path path) throws IOException {
        ZipFile zip = zips.get(path);
        if (zip == null) {
            zip = new ZipFile(path.toFile());
            zips.put(path, zip);
        }
        return zip;
    }
}
