package kshot.data.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Heap;
import kshot.common.InvalidInputException;
import kshot.data.DatasetReport.Conversions;
import kshot.data.ImageSet;
import kshot.data.files.LeftOut;
import kshot.data.files.Place;
import kshot.data.image.ImageDecoder;
import kshot.data.image.Pixels;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Encoded;
import kshot.data.source.LabelledImage.Raw;
import kshot.data.store.DecodingResult;
import kshot.data.store.EncodedPixels;
import kshot.data.store.HeapPixels;
import kshot.data.store.ImageCheck;
import kshot.data.store.PixelStore;
import kshot.data.store.ShardContent;
import kshot.data.store.ShardedPixels;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * Loads all images of a source into one shape, on all processors. First the shapes of all images are read, which decide
 * the one shape; then the images. Each thread holds one encoded image at a time. Images that do not fit into the heap go to
 * disk, a few at a time, or stay where they lie: those that are large, and take more bytes as pixels than as files.
 *
 * <p>As many images as the options allow may be unreadable; they are left out and named.
 */
final class ImageLoader {
    private static final int UPDATES = 100;

    /** Decoded bytes that wait to be written to disk. */
    private static final int BYTES_AT_ONCE = 8 << 20;

    /** Images that each thread decodes before they are written, however large they are: threads wait for the last. */
    private static final int IMAGES_OF_THREAD = 4;

    private final List<LabelledImage> images;
    private final int trainImages;
    private final List<String> classes;
    private final DataOptions options;
    private final @Nullable DiskPlaces disk;
    private final Queue<ImageDecoder> decoders = new ConcurrentLinkedQueue<>();
    private final ConcurrentSkipListMap<Integer, LeftOut> failures = new ConcurrentSkipListMap<>();
    private int told;

    /** The loaded images, all of one shape. */
    record Loaded(
            ImageSet train,
            @Nullable ImageSet test,
            ImageLayout target,
            Conversions conversions,
            List<LeftOut> unreadable) {}

    private ImageLoader(ImageSource source, DataOptions options, @Nullable DiskPlaces disk) {
        this.images = new ArrayList<>(source.train());
        this.images.addAll(source.test());
        this.trainImages = source.train().size();
        this.classes = source.classes();
        this.options = options;
        this.disk = disk;
    }

    /**
     * Loads all images.
     *
     * @param disk the places for images that do not fit into the heap; null for none
     * @throws IOException if a part is left without images, or they do not fit into memory and nowhere else
     * @throws InvalidInputException if too many cannot be read
     */
    static Loaded load(ImageSource source, DataOptions options, @Nullable DiskPlaces disk) throws IOException {
        return new ImageLoader(source, options, disk).load();
    }

    /** The work that is done for each image. */
    @FunctionalInterface
    private interface Step {
        void run(int i, LabelledImage image, ImageDecoder decoder) throws IOException;
    }

    private Loaded load() throws IOException {
        @Nullable FeatureShape[] shapes = new FeatureShape[images.size()];
        forEach("reading image headers", 0, images.size(), (i, image, decoder) -> shapes[i] = image.shape(decoder));
        ImageLayout target = ImageLayout.of(shapes, options);
        long needed = images.size() * target.stored().elements();
        Stored stored = needed <= options.limits().heap() ? inHeap(target) : onDisk(target, needed);
        DecodingResult result = stored.result();
        return new Loaded(
                set(target.stored(), stored.pixels(), 0, trainImages),
                trainImages < images.size() ? set(target.stored(), stored.pixels(), trainImages, images.size()) : null,
                target,
                new Conversions(result.resized(), result.greyToColor(), result.colorToGrey()),
                List.copyOf(failures.values()));
    }

    /** All images in their store. */
    private record Stored(PixelStore pixels, DecodingResult result) {}

    private Stored inHeap(ImageLayout target) {
        byte[][] pixels = new byte[images.size()][];
        DecodingResult result = decode(0, pixels, target, UnaryOperator.identity());
        byte[] none = new byte[Math.toIntExact(target.stored().elements())];
        result.unreadable().keySet().forEach(i -> pixels[i] = none);
        return new Stored(new HeapPixels(pixels, none.length), result);
    }

    private Stored onDisk(ImageLayout target, long needed) throws IOException {
        if (disk == null) {
            throw new IOException(images.size() + " images of " + target.stored() + ": the data set "
                    + Heap.lack(needed, options.limits().heap()) + "; or choose a smaller image size");
        }
        int imageBytes = Math.toIntExact(target.stored().elements());
        List<Place> places = places();
        Stored stored;
        if (staysEncoded(target.stored(), places)) {
            ShardContent checks = (from, to, sink) -> decode(
                    from,
                    to,
                    target,
                    ImageCheck.BYTES,
                    pixels -> ImageCheck.of(pixels).bytes(),
                    sink);
            EncodedPixels encoded = disk.encoded().prepare(places, imageBytes, checks, new StoredImages(target));
            stored = new Stored(encoded, encoded.decoded());
        } else {
            ShardContent content =
                    (from, to, sink) -> decode(from, to, target, imageBytes, UnaryOperator.identity(), sink);
            ShardedPixels shards = disk.shards().prepare(images.size(), imageBytes, content);
            stored = new Stored(shards, shards.decoded());
        }
        failures.putAll(stored.result().unreadable());
        requireFewFailures();
        return stored;
    }

    /** Returns the place of each image; none if one has no place, as in a compressed archive. */
    private List<Place> places() {
        List<Place> places = images.stream()
                .flatMap(image -> Stream.ofNullable(
                        image instanceof Encoded encoded ? encoded.file().place() : null))
                .toList();
        return places.size() == images.size() ? places : List.of();
    }

    /** Returns whether images are decoded whenever they are needed: if they are large, and larger than their files. */
    private boolean staysEncoded(FeatureShape stored, List<Place> places) {
        long encoded = places.stream().mapToLong(Place::length).sum();
        return !places.isEmpty()
                && Math.min(stored.height(), stored.width()) >= options.limits().encodedSide()
                && images.size() * stored.elements() > encoded;
    }

    /**
     * Decodes images for a shard, a few at a time.
     *
     * @param form what is kept of the pixels of an image
     * @param formBytes the number of bytes of that
     */
    private DecodingResult decode(
            int from, int to, ImageLayout target, int formBytes, UnaryOperator<byte[]> form, ShardContent.Sink sink)
            throws IOException {
        int atOnce = Math.max(
                BYTES_AT_ONCE / Math.toIntExact(target.stored().elements()),
                IMAGES_OF_THREAD * Runtime.getRuntime().availableProcessors());
        byte[] none = new byte[formBytes];
        DecodingResult all = DecodingResult.NONE;
        for (int at = from; at < to; at += atOnce) {
            byte[][] kept = new byte[Math.min(atOnce, to - at)][];
            DecodingResult result = decode(at, kept, target, form);
            for (int i = 0; i < kept.length; i++) {
                sink.add(result.unreadable().containsKey(at + i) ? none : kept[i]);
            }
            all = all.and(result);
        }
        return all;
    }

    /** Decodes the images from a number on, as many as there is place for. */
    private DecodingResult decode(int from, byte[][] kept, ImageLayout target, UnaryOperator<byte[]> form) {
        AtomicIntegerArray counts = new AtomicIntegerArray(3);
        int to = from + kept.length;
        forEach("decoding images", from, to, (i, image, decoder) -> {
            Pixels original = image.pixels(decoder);
            kept[i - from] = form.apply(target.convert(original).values());
            count(original.shape(), target.stored(), counts);
        });
        return new DecodingResult(counts.get(0), counts.get(1), counts.get(2), failures.subMap(from, to));
    }

    private static void count(FeatureShape from, FeatureShape to, AtomicIntegerArray counts) {
        if (from.height() != to.height() || from.width() != to.width()) {
            counts.incrementAndGet(0);
        }
        if (from.channels() != to.channels()) {
            counts.incrementAndGet(from.channels() < to.channels() ? 1 : 2);
        }
    }

    private ImageSet set(FeatureShape shape, PixelStore pixels, int from, int to) throws IOException {
        int[] kept =
                IntStream.range(from, to).filter(i -> !failures.containsKey(i)).toArray();
        if (kept.length == 0) {
            throw new IOException("none of " + (to - from) + " images can be read");
        }
        int[] labels = IntStream.of(kept).map(i -> images.get(i).label()).toArray();
        return new ImageSet(shape, classes, pixels, kept, labels, null);
    }

    private void forEach(String stage, int from, int to, Step step) {
        told = from;
        AtomicInteger done = new AtomicInteger(from);
        if (images.get(0) instanceof Raw) {
            inOrder(from, to, step, () -> count(stage, done));
        } else {
            IntStream.range(from, to).parallel().forEach(i -> {
                if (!failures.containsKey(i)) {
                    attempt(i, step);
                }
                count(stage, done);
            });
            requireFewFailures();
        }
    }

    /** Works on images that stand in a stream, one after the other. If one cannot be read, so can none behind it. */
    private void inOrder(int from, int to, Step step, Runnable afterEach) {
        ImageDecoder unused = new ImageDecoder();
        try {
            for (int i = from; i < to; i++) {
                step.run(i, images.get(i), unused);
                afterEach.run();
            }
        } catch (IOException e) {
            throw new InvalidInputException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private void count(String stage, AtomicInteger done) {
        int now = done.incrementAndGet();
        if (now % Math.max(1, images.size() / UPDATES) == 0 || now == images.size()) {
            tell(stage, done);
        }
    }

    private void requireFewFailures() {
        int allowed = Math.max(1, (int) (options.unreadable() * images.size()));
        if (failures.size() > allowed) {
            List<LeftOut> all = List.copyOf(failures.values());
            throw new InvalidInputException(LeftOut.summary(all) + " of " + images.size() + "; allowed: " + allowed
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
}
