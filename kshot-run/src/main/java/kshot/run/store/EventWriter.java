package kshot.run.store;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.zip.CRC32C;

/**
 * The curves of a run for TensorBoard, in a file {@code events.out.tfevents.<seconds>.kshot} of its run directory.
 * {@code tensorboard --logdir runs} shows them, also while the run goes on: up to the last {@link #flush}.
 *
 * <p>A run that goes on from a checkpoint opens a new file. TensorBoard reads the files of a directory by the time in
 * their names, as one run; where the steps of a curve come again, it drops the older points from there on.
 *
 * <p>The file is a sequence of TFRecords, each of them one {@code Event}. The formats are TensorFlow's:
 * {@code tensorflow/core/lib/io/record_writer.h}, {@code core/util/event.proto}, {@code core/framework/summary.proto}.
 * The few fields that a scalar needs are named below by their numbers in these files. Several threads may write to it.
 */
public final class EventWriter implements AutoCloseable {
    private static final String FILE_VERSION = "brain.Event:2";

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;

    private static final int CRC_MASK_DELTA = 0xa282ead8;

    private final Path file;
    private final OutputStream out;
    private final Clock clock;

    private EventWriter(Path file, OutputStream out, Clock clock) {
        this.file = file;
        this.out = out;
        this.clock = clock;
    }

    /**
     * Opens an event file in a run directory, which is made if it is missing.
     *
     * @param clock tells the time of the file and of every event
     * @throws UncheckedIOException if that is impossible
     */
    public static EventWriter open(Path directory, Clock clock) {
        Path file = directory.resolve("events.out.tfevents." + clock.instant().getEpochSecond() + ".kshot");
        EventWriter writer = new EventWriter(file, append(directory, file), clock);
        writer.event(event -> event.writeString(EVENT_FILE_VERSION, FILE_VERSION));
        return writer;
    }

    /**
     * Writes one point of a curve. A value that was not measured, {@link Double#NaN}, is left out.
     *
     * @param tag name of the curve; what stands before its first slash is the group that TensorBoard shows it in
     * @param value kept as a {@code float}
     * @throws UncheckedIOException if it cannot be written
     */
    public synchronized void scalar(String tag, long step, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        byte[] point = message(fields -> {
            fields.writeString(VALUE_TAG, tag);
            fields.writeFloat(VALUE_SIMPLE_VALUE, (float) value);
        });
        byte[] summary = message(fields -> fields.writeByteArray(SUMMARY_VALUE, point));
        event(fields -> {
            fields.writeInt64(EVENT_STEP, step);
            fields.writeByteArray(EVENT_SUMMARY, summary);
        });
    }

    /**
     * Writes what a point measured, as {@code <stage>/loss}, {@code accuracy}, {@code learning_rate},
     * {@code images_per_second}, {@code validation_loss} and {@code validation_accuracy}.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public synchronized void write(TrainingPoint point) {
        String group = point.stage() + "/";
        scalar(group + "loss", point.step(), point.loss());
        scalar(group + "accuracy", point.step(), point.accuracy());
        scalar(group + "learning_rate", point.step(), point.learningRate());
        scalar(group + "images_per_second", point.step(), point.imagesPerSecond());
        scalar(group + "validation_loss", point.step(), point.validationLoss());
        scalar(group + "validation_accuracy", point.step(), point.validationAccuracy());
    }

    /**
     * Hands what was written to the operating system, where TensorBoard sees it.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public synchronized void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Appends, so that a run that goes on within the same second loses nothing. */
    private static OutputStream append(Path directory, Path file) {
        try {
            Files.createDirectories(directory);
            return new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException("event file " + file + ": cannot be made: " + e, e);
        }
    }

    private void event(Fields fields) {
        byte[] event = message(out -> {
            out.writeDouble(EVENT_WALL_TIME, clock.millis() / 1e3);
            fields.writeTo(out);
        });
        try {
            out.write(record(event));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    /** A TFRecord: length (uint64), checksum of the length (uint32), data, checksum of the data (uint32). */
    private static byte[] record(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length);
        return record.putInt(maskedCrc(record.array(), Long.BYTES))
                .put(data)
                .putInt(maskedCrc(data, data.length))
                .array();
    }

    /** CRC-32C, masked: checksums of data that itself holds checksums would be weak (TensorFlow's {@code crc32c.h}). */
    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
    }

    private UncheckedIOException failure(IOException e) {
        return new UncheckedIOException(file + ": " + e.getMessage(), e);
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
