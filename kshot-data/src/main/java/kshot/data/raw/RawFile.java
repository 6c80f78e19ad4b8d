package kshot.data.raw;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import kshot.data.files.FileEntry;
import kshot.data.image.Pixels;
import kshot.data.source.RawImages;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/** A file of images of one shape, each a record of fixed length, after a header. It is open from the first image to the last. */
final class RawFile implements RawImages {
    /** The order of the values of an image. */
    enum Order {
        /** All channels of a pixel, then those of the next. */
        CHANNELS_LAST,
        /** All pixels of a channel, then those of the next. */
        CHANNELS_FIRST
    }

    /**
     * The layout of a file.
     *
     * @param shape the shape of each image
     * @param images the number of images, at least 1
     * @param header the number of bytes before the first record
     * @param label the number of bytes of a record before its pixels
     * @param order the order of its values
     */
    record Layout(FeatureShape shape, int images, long header, int label, Order order) {
        int record() {
            return label + Math.toIntExact(shape.elements());
        }
    }

    private final FileEntry file;
    private final FileEntry.Content unpacked;
    private final Layout layout;
    private @Nullable InputStream in;
    private int next;

    /**
     * Creates a reader; nothing is opened yet.
     *
     * @param unpacked the content of the file as it is laid out
     */
    RawFile(FileEntry file, FileEntry.Content unpacked, Layout layout) {
        this.file = file;
        this.unpacked = unpacked;
        this.layout = layout;
    }

    @Override
    public String path() {
        return file.path();
    }

    @Override
    public FeatureShape shape() {
        return layout.shape();
    }

    @Override
    public synchronized Pixels read(int index) throws IOException {
        try {
            InputStream stream = at(index);
            byte[] bytes = stream.readNBytes(layout.record());
            if (bytes.length < layout.record()) {
                throw new EOFException();
            }
            next = index + 1;
            if (next == layout.images()) {
                if (stream.read() >= 0) {
                    throw new IOException(file.path() + ": longer than its header says");
                }
                close();
            }
            return layout.order() == Order.CHANNELS_LAST && layout.label() == 0
                    ? new Pixels(layout.shape(), bytes)
                    : Pixels.ofPlanes(layout.shape(), bytes, layout.label());
        } catch (EOFException e) {
            close();
            throw new IOException(file.path() + ": cut off at image " + index + " of " + layout.images(), e);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Returns the stream at the first byte of a record. */
    private InputStream at(int index) throws IOException {
        InputStream stream = in;
        if (stream == null || index < next) {
            close();
            stream = unpacked.open();
            in = stream;
            stream.skipNBytes(layout.header());
            next = 0;
        }
        stream.skipNBytes((long) (index - next) * layout.record());
        return stream;
    }

    private void close() throws IOException {
        if (in != null) {
            in.close();
            in = null;
        }
    }
}
