package kshot.data.raw;

import java.io.IOException;
import java.lang.ref.SoftReference;
import kshot.data.files.FileEntry;
import kshot.data.image.Pixels;
import kshot.data.source.RawImages;
import kshot.network.FeatureShape;

/**
 * The images of a pickled batch. A pickle is read as a whole; as long as there is memory, what was read stays there. Otherwise it is
 * read again, batch by batch.
 */
final class PickledImages implements RawImages {
    private final FileEntry file;
    private final FeatureShape shape;
    private SoftReference<byte[]> kept;

    /** Creates a reader of images whose pixels have just been read. */
    PickledImages(FileEntry file, FeatureShape shape, byte[] data) {
        this.file = file;
        this.shape = shape;
        this.kept = new SoftReference<>(data);
    }

    @Override
    public String path() {
        return file.path();
    }

    @Override
    public FeatureShape shape() {
        return shape;
    }

    @Override
    public synchronized Pixels read(int index) throws IOException {
        byte[] data = kept.get();
        if (data == null) {
            data = PickledBatch.data(file);
            kept = new SoftReference<>(data);
        }
        int offset = Math.multiplyExact(index, Math.toIntExact(shape.elements()));
        if (offset + shape.elements() > data.length) {
            throw new IOException(file.path() + ": has changed while it was read");
        }
        return Pixels.ofPlanes(shape, data, offset);
    }
}
