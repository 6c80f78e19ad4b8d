package kshot.data;

import java.util.stream.IntStream;
import kshot.network.FeatureShape;

/**
 * Assembles batches: images are cropped, resized where needed, normalised and copied. It is stateless, so any thread
 * may call it. Images on disk are read by all processors; which of them reads an image changes nothing.
 */
final class BatchAssembler {
    private final ImageSet set;
    private final FeatureShape input;
    private final float[] table;
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
        this.scale = new float[input.channels()];
        this.shift = new float[input.channels()];
        for (int c = 0; c < input.channels(); c++) {
            scale[c] = 1 / (255 * normalization.std().get(c));
            shift[c] = -normalization.mean().get(c) / normalization.std().get(c);
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

    /** Returns the batch of the images {@code indices[from]} to {@code indices[to − 1]}. */
    Batch assemble(int[] indices, int from, int to, View view) {
        int values = Math.toIntExact(input.elements());
        float[] pixels = new float[Math.multiplyExact(to - from, values)];
        long[] labels = new long[to - from];
        IntStream positions = IntStream.range(from, to);
        // Images that have to be read or decoded take longer than threads take to start.
        (set.areOnDisk() ? positions.parallel() : positions).forEach(i -> {
            labels[i - from] = set.label(indices[i]);
            assemble(indices[i], view, pixels, (i - from) * values);
        });
        return new Batch(to - from, input, pixels, labels);
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
        int last = input.width() - 1;
        for (int x = begin; x < end; x++) {
            int from = (source + x) * channels;
            int to = row + (mirrored ? last - x : x) * channels;
            for (int c = 0; c < channels; c++) {
                out[to + c] = table[(c << 8) | (image[from + c] & 0xFF)];
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

    /** Resizes the crop bilinearly. Beyond its border the pixels of the border are repeated. */
    private void resize(byte[] image, Crop window, float[] out, int offset) {
        int channels = input.channels();
        int stride = set.shape().width() * channels;
        Axis rows = new Axis(window.height(), input.height());
        Axis columns = new Axis(window.width(), input.width());
        for (int y = 0; y < input.height(); y++) {
            int upper = (window.top() + rows.low[y]) * stride + window.left() * channels;
            int lower = (window.top() + rows.high[y]) * stride + window.left() * channels;
            float down = rows.weight[y];
            for (int x = 0; x < input.width(); x++) {
                int left = columns.low[x] * channels;
                int right = columns.high[x] * channels;
                float across = columns.weight[x];
                int to = offset + (y * input.width() + (window.mirrored() ? input.width() - 1 - x : x)) * channels;
                for (int c = 0; c < channels; c++) {
                    float above = mix(image[upper + left + c], image[upper + right + c], across);
                    float below = mix(image[lower + left + c], image[lower + right + c], across);
                    out[to + c] = (above + (below - above) * down) * scale[c] + shift[c];
                }
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
