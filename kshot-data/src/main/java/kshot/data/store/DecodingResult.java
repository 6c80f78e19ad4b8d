package kshot.data.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kshot.data.files.LeftOut;

/**
 * What came of decoding images.
 *
 * @param resized the number of images whose height or width was not the stored one
 * @param greyToColor the number of grey images that were given three channels
 * @param colorToGrey the number of colour images that were made grey
 * @param unreadable the images that cannot be read, by their number
 */
public record DecodingResult(int resized, int greyToColor, int colorToGrey, SortedMap<Integer, LeftOut> unreadable) {
    /** Nothing was decoded. */
    public static final DecodingResult NONE = new DecodingResult(0, 0, 0, new TreeMap<>());

    public DecodingResult {
        unreadable = Collections.unmodifiableSortedMap(new TreeMap<>(unreadable));
    }

    /** Returns what came of these and of other images. */
    public DecodingResult and(DecodingResult other) {
        SortedMap<Integer, LeftOut> both = new TreeMap<>(unreadable);
        both.putAll(other.unreadable);
        return new DecodingResult(
                resized + other.resized, greyToColor + other.greyToColor, colorToGrey + other.colorToGrey, both);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(resized);
        out.writeInt(greyToColor);
        out.writeInt(colorToGrey);
        out.writeInt(unreadable.size());
        for (Map.Entry<Integer, LeftOut> image : unreadable.entrySet()) {
            out.writeInt(image.getKey());
            writeText(out, image.getValue().path());
            writeText(out, image.getValue().detail());
        }
    }

    /** Reads what {@link #write} has written. The bytes are known to be whole. */
    static DecodingResult read(DataInputStream in) throws IOException {
        int resized = in.readInt();
        int greyToColor = in.readInt();
        int colorToGrey = in.readInt();
        SortedMap<Integer, LeftOut> unreadable = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            unreadable.put(in.readInt(), new LeftOut(readText(in), LeftOut.Reason.UNREADABLE, readText(in)));
        }
        return new DecodingResult(resized, greyToColor, colorToGrey, unreadable);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
