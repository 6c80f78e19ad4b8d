package kshot.data.load;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import kshot.data.files.FileEntry;
import kshot.data.image.ImageDecoder;
import kshot.data.store.EncodedPixels;

/** A decoder of image files into the one shape of a data set, which keeps a decoder for each thread that is at work. */
final class StoredImages implements EncodedPixels.Decoder {
    private final ImageLayout target;
    private final Queue<ImageDecoder> decoders = new ConcurrentLinkedQueue<>();

    StoredImages(ImageLayout target) {
        this.target = target;
    }

    @Override
    public byte[] decode(FileEntry file) throws IOException {
        ImageDecoder idle = decoders.poll();
        ImageDecoder decoder = idle == null ? new ImageDecoder() : idle;
        byte[] pixels = target.convert(decoder.decode(file)).values();
        decoders.add(decoder);
        return pixels;
    }
}
