package kshot.data.load;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kshot.data.DatasetReport.Conversions;
import kshot.data.Normalization;
import kshot.data.Split;
import kshot.data.files.LeftOut;
import kshot.network.FeatureShape;

/**
 * The header of a file of the cache: everything but the images, in the order in which it is written. See {@link
 * DecodedDataset} for what is not explained here.
 *
 * @param trainImages the number of training images
 * @param testImages the number of test images
 */
record DatasetHeader(
        String name,
        String source,
        ImageLayout target,
        boolean mirrorable,
        boolean testSplitMade,
        List<String> classes,
        int trainImages,
        int testImages,
        String fingerprint,
        Conversions conversions,
        List<LeftOut> leftOut,
        List<String> notes) {
    static DatasetHeader of(DecodedDataset dataset) {
        Split split = dataset.split();
        return new DatasetHeader(
                dataset.name(),
                dataset.source(),
                dataset.target(),
                dataset.mirrorable(),
                dataset.testSplitMade(),
                split.first().classes(),
                split.first().size(),
                split.second().size(),
                dataset.fingerprint(),
                dataset.conversions(),
                dataset.leftOut(),
                dataset.notes());
    }

    DecodedDataset withImages(Split split, Normalization normalization) {
        return new DecodedDataset(
                name, source, target, mirrorable, testSplitMade, split, normalization, conversions, leftOut, notes);
    }

    int images() {
        return Math.addExact(trainImages, testImages);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(name);
        out.writeUTF(source);
        writeShape(out, target.input());
        writeShape(out, target.stored());
        out.writeBoolean(mirrorable);
        out.writeBoolean(testSplitMade);
        writeTexts(out, classes);
        out.writeInt(trainImages);
        out.writeInt(testImages);
        out.writeUTF(fingerprint);
        out.writeInt(conversions.resized());
        out.writeInt(conversions.greyToColor());
        out.writeInt(conversions.colorToGrey());
        writeLeftOut(out, leftOut);
        writeTexts(out, notes);
    }

    static DatasetHeader read(DataInputStream in) throws IOException {
        return new DatasetHeader(
                in.readUTF(),
                in.readUTF(),
                new ImageLayout(readShape(in), readShape(in)),
                in.readBoolean(),
                in.readBoolean(),
                readTexts(in),
                in.readInt(),
                in.readInt(),
                in.readUTF(),
                new Conversions(in.readInt(), in.readInt(), in.readInt()),
                readLeftOut(in),
                readTexts(in));
    }

    private static void writeShape(DataOutputStream out, FeatureShape shape) throws IOException {
        out.writeInt(shape.channels());
        out.writeInt(shape.height());
        out.writeInt(shape.width());
    }

    private static FeatureShape readShape(DataInputStream in) throws IOException {
        return new FeatureShape(in.readInt(), in.readInt(), in.readInt());
    }

    private static void writeLeftOut(DataOutputStream out, List<LeftOut> leftOut) throws IOException {
        out.writeInt(leftOut.size());
        for (LeftOut left : leftOut) {
            out.writeUTF(left.path());
            out.writeUTF(left.reason().name());
            out.writeUTF(left.detail());
        }
    }

    private static List<LeftOut> readLeftOut(DataInputStream in) throws IOException {
        int size = in.readInt();
        List<LeftOut> leftOut = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            leftOut.add(new LeftOut(in.readUTF(), LeftOut.Reason.valueOf(in.readUTF()), in.readUTF()));
        }
        return leftOut;
    }

    private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readTexts(DataInputStream in) throws IOException {
        int size = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
