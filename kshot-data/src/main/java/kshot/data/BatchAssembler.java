package kshot.data;

import java.util.stream.IntStream;
import kshot.network.FeatureShape;

/**
 * Assembles batches: images are cropped, resized where needed, normalised and copied. It is stateless, so any thread
 * may call it.
 */
final class BatchAssembler {
    private final ImageSet set;
    private final FeatureShape input;
    private final float[] table;

    /** Factors and offsets that turn the values of a row of the input into normalised ones. */
    private final float[] scale;

    private final float[] shift;

    BatchAssembler(ImageSet set, FeatureShape input, Normalization normalization) {
        FeatureShape stored = set.shape();
        if (input.channels() != stored.channels()
                || input.channels() != normalization.channels()
                || input.height() > stored.height()
                || input.width() > stored.width()) {
            throw new IllegalArgumentException("images of " + stored + " normalised in " + normalization.channels()
                    + " channels for an input of " + input);
        }
        this.set = set;
        this.input = input;
        this.table = normalization.table();
        this.scale = new float[input.width() * input.channels()];
        this.shift = new float[scale.length];
        for (int i = 0; i < scale.length; i++) {
            int channel = i % input.channels();
            scale[i] = 1 / (255 * normalization.std().get(channel));
            shift[i] = -normalization.mean().get(channel) / normalization.std().get(channel);
        }
    }

    /** The way in which each image is seen, by its index in the set. */
    @FunctionalInterface
    interface View {
        /** Returns the part of an image that is seen. */
        Crop crop(int image);

        /** Returns the pixels of an image, distorted or as they are. */
        default byte[] distorted(byte[] pixels, int image) {
            return pixels;
        }

        /** Erases a part of what is seen of an image, or nothing. */
        default void erase(float[] pixels, int offset, int image) {}
    }

    /** Returns the batch of images of the set. */
    Batch assemble(int[] images, View view) {
        return assemble(images, IntStream.range(0, images.length), view);
    }

    /** Returns it as fast as can be; several threads read images that are on disk. */
    Batch assembleAtOnce(int[] images, View view) {
        IntStream positions = IntStream.range(0, images.length);
        return assemble(images, set.areOnDisk() ? positions.parallel() : positions, view);
    }

    private Batch assemble(int[] images, IntStream positions, View view) {
        int values = Math.toIntExact(input.elements());
        float[] pixels = new float[Math.multiplyExact(images.length, values)];
        long[] labels = new long[images.length];
        positions.forEach(i -> {
            labels[i] = set.label(images[i]);
            assemble(images[i], view, pixels, i * values);
        });
        return new Batch(images.length, input, pixels, labels);
    }

    private void assemble(int image, View view, float[] pixels, int offset) {
        Crop seen = view.crop(image);
        byte[] stored = view.distorted(set.image(image), image);
        if (seen.hasSizeOf(input)) {
            copy(stored, seen, pixels, offset);
        } else {
            resize(stored, seen, pixels, offset);
        }
        view.erase(pixels, offset, image);
    }

    private void copy(byte[] image, Crop window, float[] out, int offset) {
        int rowValues = input.width() * input.channels();
        int height = set.shape().height();
        int width = set.shape().width();
        int begin = Math.min(Math.max(0, -window.left()), input.width());
        int end = Math.max(begin, Math.min(input.width(), width - window.left()));
        for (int y = 0; y < input.height(); y++) {
            int row = offset + y * rowValues;
            int from = window.top() + y;
            if (from < 0 || from >= height) {
                fillBlack(out, row, 0, input.width(), window.mirrored());
                continue;
            }
            fillBlack(out, row, 0, begin, window.mirrored());
            copyRow(image, from * width + window.left(), out, row, begin, end, window.mirrored());
            fillBlack(out, row, end, input.width(), window.mirrored());
        }
    }

    /** Copies the columns {@code begin} to {@code end − 1} of a row, counted before mirroring. */
    private void copyRow(byte[] image, int source, float[] out, int row, int begin, int end, boolean mirrored) {
        int channels = input.channels();
        int from = (source + begin) * channels;
        int to = row + (mirrored ? input.width() - 1 - begin : begin) * channels;
        int step = mirrored ? -channels : channels;
        if (channels == 1) {
            for (int x = begin; x < end; x++, from++, to += step) {
                out[to] = table[image[from] & 0xFF];
            }
        } else {
            for (int x = begin; x < end; x++, from += 3, to += step) {
                out[to] = table[image[from] & 0xFF];
                out[to + 1] = table[1 << 8 | (image[from + 1] & 0xFF)];
                out[to + 2] = table[2 << 8 | (image[from + 2] & 0xFF)];
            }
        }
    }

    private void fillBlack(float[] out, int row, int begin, int end, boolean mirrored) {
        int channels = input.channels();
        int last = input.width() - 1;
        for (int x = begin; x < end; x++) {
            int to = row + (mirrored ? last - x : x) * channels;
            for (int c = 0; c < channels; c++) {
                out[to + c] = table[c << 8];
            }
        }
    }

    /**
     * Resizes the crop bilinearly, first along each of its rows that is needed, then from row to row. Beyond its border the pixels of the
     * border are repeated.
     */
    private void resize(byte[] image, Crop window, float[] out, int offset) {
        Axis rows = new Axis(window.height(), input.height());
        Axis columns = new Axis(window.width(), input.width());
        int values = input.width() * input.channels();
        float[] above = new float[values];
        float[] below = new float[values];
        int aboveRow = -1;
        int belowRow = -1;
        for (int y = 0; y < input.height(); y++) {
            if (rows.low[y] != aboveRow) {
                if (rows.low[y] == belowRow) {
                    float[] free = above;
                    above = below;
                    below = free;
                    belowRow = -1;
                } else {
                    resizeRow(image, window, rows.low[y], columns, above);
                }
                aboveRow = rows.low[y];
            }
            if (rows.high[y] != belowRow) {
                resizeRow(image, window, rows.high[y], columns, below);
                belowRow = rows.high[y];
            }
            float down = rows.weight[y];
            int to = offset + y * values;
            for (int i = 0; i < values; i++) {
                out[to + i] = (above[i] + (below[i] - above[i]) * down) * scale[i] + shift[i];
            }
        }
    }

    /** Resizes a row of the crop along its length, and mirrors it where it is to be mirrored. */
    private void resizeRow(byte[] image, Crop window, int row, Axis columns, float[] out) {
        int channels = input.channels();
        int start = ((window.top() + row) * set.shape().width() + window.left()) * channels;
        int step = window.mirrored() ? -channels : channels;
        int to = window.mirrored() ? (input.width() - 1) * channels : 0;
        for (int x = 0; x < input.width(); x++, to += step) {
            int left = start + columns.low[x] * channels;
            int right = start + columns.high[x] * channels;
            float across = columns.weight[x];
            for (int c = 0; c < channels; c++) {
                out[to + c] = mix(image[left + c], image[right + c], across);
            }
        }
    }

    private static float mix(byte first, byte second, float weightOfSecond) {
        int low = first & 0xFF;
        return low + ((second & 0xFF) - low) * weightOfSecond;
    }

    /**
     * The resampling along one axis: for each output pixel the two input pixels beside its centre, and the weight of
     * the second.
     */
    private static final class Axis {
        private final int[] low;
        private final int[] high;
        private final float[] weight;

        Axis(int inputs, int outputs) {
            low = new int[outputs];
            high = new int[outputs];
            weight = new float[outputs];
            for (int i = 0; i < outputs; i++) {
                double centre = (i + 0.5) * inputs / outputs - 0.5;
                double inside = Math.min(Math.max(0, centre), inputs - 1);
                low[i] = (int) inside;
                high[i] = Math.min(low[i] + 1, inputs - 1);
                weight[i] = (float) (inside - low[i]);
            }
        }
    }
}
