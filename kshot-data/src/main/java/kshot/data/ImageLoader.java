package kshot.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import kshot.common.Heap;
import kshot.data.DatasetReport.Conversions;
import kshot.data.files.LeftOut;
import kshot.data.format.ImageSource;
import kshot.data.format.LabelledImage;
import kshot.data.image.ImageDecoder;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * Loads all images of a source into one shape, on all processors. First the shapes of all images are read, which decide
 * the one shape; then the images. Each thread holds one encoded image at a time.
 *
 * <p>As many images as the options allow may be unreadable; they are left out and named.
 */
final class ImageLoader {
    private static final int UPDATES = 100;

    private final List<LabelledImage> images;
    private final int trainImages;
    private final List<String> classes;
    private final DataOptions options;
    private final Queue<ImageDecoder> decoders = new ConcurrentLinkedQueue<>();
    private final Map<Integer, LeftOut> failures = new ConcurrentSkipListMap<>();
    private int told;

    /** The loaded images, all of one shape. */
    record Loaded(
            ImageSet train,
            @Nullable ImageSet test,
            ImageLayout target,
            Conversions conversions,
            List<LeftOut> unreadable) {}

    private ImageLoader(ImageSource source, DataOptions options) {
        this.images = new ArrayList<>(source.train());
        this.images.addAll(source.test());
        this.trainImages = source.train().size();
        this.classes = source.classes();
        this.options = options;
    }

    /**
     * Loads all images.
     *
     * @throws IOException if too many cannot be read, a class is left without one, or they do not fit into memory
     */
    static Loaded load(ImageSource source, DataOptions options) throws IOException {
        return new ImageLoader(source, options).load();
    }

    /** The work that is done for each image. */
    @FunctionalInterface
    private interface Step {
        void run(int i, LabelledImage image, ImageDecoder decoder) throws IOException;
    }

    private Loaded load() throws IOException {
        @Nullable FeatureShape[] shapes = new FeatureShape[images.size()];
        forEach("reading image headers", (i, image, decoder) -> shapes[i] = image.shape(decoder));
        ImageLayout target = ImageLayout.of(shapes, options);
        requireMemory(target.stored());

        byte[][] pixels = new byte[images.size()][];
        AtomicIntegerArray counts = new AtomicIntegerArray(3);
        forEach("decoding images", (i, image, decoder) -> {
            Pixels original = image.pixels(decoder);
            pixels[i] = target.convert(original).values();
            count(original.shape(), target.stored(), counts);
        });
        Conversions conversions = new Conversions(counts.get(0), counts.get(1), counts.get(2));
        return new Loaded(
                set(target.stored(), pixels, 0, trainImages),
                trainImages < images.size() ? set(target.stored(), pixels, trainImages, images.size()) : null,
                target,
                conversions,
                List.copyOf(failures.values()));
    }

    private static void count(FeatureShape from, FeatureShape to, AtomicIntegerArray counts) {
        if (from.height() != to.height() || from.width() != to.width()) {
            counts.incrementAndGet(0);
        }
        if (from.channels() != to.channels()) {
            counts.incrementAndGet(from.channels() < to.channels() ? 1 : 2);
        }
    }

    private ImageSet set(FeatureShape shape, byte[][] pixels, int from, int to) throws IOException {
        int[] kept =
                IntStream.range(from, to).filter(i -> !failures.containsKey(i)).toArray();
        if (kept.length == 0) {
            throw new IOException("none of " + (to - from) + " images can be read");
        }
        return new ImageSet(
                shape,
                classes,
                IntStream.of(kept).mapToObj(i -> pixels[i]).toArray(byte[][]::new),
                IntStream.of(kept).map(i -> images.get(i).label()).toArray());
    }

    private void forEach(String stage, Step step) throws IOException {
        told = 0;
        AtomicInteger done = new AtomicInteger();
        int every = Math.max(1, images.size() / UPDATES);
        IntStream.range(0, images.size()).parallel().forEach(i -> {
            if (!failures.containsKey(i)) {
                attempt(i, step);
            }
            int now = done.incrementAndGet();
            if (now % every == 0 || now == images.size()) {
                tell(stage, done);
            }
        });
        int allowed = Math.max(1, (int) (options.unreadable() * images.size()));
        if (failures.size() > allowed) {
            List<LeftOut> all = List.copyOf(failures.values());
            throw new IOException(LeftOut.summary(all) + " of " + images.size() + "; allowed: " + allowed
                    + " (data.unreadable is the share); the first: "
                    + all.get(0).path() + ": "
                    + all.get(0).detail());
        }
    }

    /** Tells the listener the progress. Threads may arrive here in another order than they have counted. */
    private synchronized void tell(String stage, AtomicInteger done) {
        int now = done.get();
        if (now > told) {
            told = now;
            options.progress().update(stage, now, images.size());
        }
    }

    private void attempt(int i, Step step) {
        LabelledImage image = images.get(i);
        ImageDecoder idle = decoders.poll();
        ImageDecoder decoder = idle == null ? new ImageDecoder() : idle;
        try {
            step.run(i, image, decoder);
        } catch (IOException e) {
            String problem = e.getMessage() == null ? e.toString() : e.getMessage();
            failures.put(i, new LeftOut(image.name(), LeftOut.Reason.UNREADABLE, problem));
        }
        decoders.add(decoder);
    }

    private void requireMemory(FeatureShape stored) throws IOException {
        long needed = 0;
        for (LabelledImage image : images) {
            // Images that are in memory already and in the right shape are kept as they are.
            needed += image.heldBytes() == stored.elements() ? 0 : image.heldBytes();
            needed += stored.elements();
        }
        long allowed = Heap.share(0.5);
        if (needed > allowed) {
            throw new IOException(images.size() + " images of " + stored + ": the data set "
                    + Heap.lack(needed, allowed) + "; or choose a smaller image size");
        }
    }
}
