package kshot.data.store;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import kshot.common.InvalidInputException;
import kshot.common.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * A file of raw images of one size, one after the other. It is written once, as a {@link WholeFile}. A shard that is cut off
 * or of another data set counts as absent; each image is checked whenever it is read.
 *
 * <pre>
 * header: magic (8 bytes), version (4), key (16), number of the first image (4), images (4), bytes of an image (4)
 * pixels of each image
 * trailer: CRC-32C of each image (4 each), what came of decoding them, CRC-32C of header and trailer (4)
 * </pre>
 *
 * <p>Images are read by position, not mapped into memory: a file that is cut off behind the back of a map ends the process,
 * and mapped pages count as memory of the process.
 */
final class Shard {
    private static final int LARGEST_TRAILER_BESIDES_CHECKSUMS = 64 << 20;

    private final Path file;
    private final ShardHeader header;
    private final int[] checksums;
    private final DecodingResult decoded;

    /** Opened at the first use. It is closed when nothing refers to this shard any more, as data sets have no end. */
    private volatile @Nullable FileChannel channel;

    private Shard(Path file, ShardHeader header, int[] checksums, DecodingResult decoded) {
        this.file = file;
        this.header = header;
        this.checksums = checksums;
        this.decoded = decoded;
    }

    /** Returns the content of a file that is to be a shard. */
    static WholeFile.Content content(ShardHeader header, ShardContent images) {
        return channel -> writeTo(channel, header, images);
    }

    private static void writeTo(WritableByteChannel channel, ShardHeader header, ShardContent content)
            throws IOException {
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
        out.write(header.bytes());
        ByteArrayOutputStream trailerBytes = new ByteArrayOutputStream(Integer.BYTES * (header.images() + 1));
        DataOutputStream trailer = new DataOutputStream(trailerBytes);
        DecodingResult decoded = content.decode(header.first(), header.first() + header.images(), pixels -> {
            out.write(pixels);
            trailer.writeInt(checksum(pixels));
        });
        decoded.write(trailer);
        trailerBytes.writeTo(out);
        out.writeInt(checksum(header.bytes(), trailerBytes.toByteArray()));
        out.flush();
    }

    /** Returns a shard; nothing if the file is absent, cut off, damaged in header or trailer, or another one. */
    static Optional<Shard> open(Path file, ShardHeader header) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long trailerBytes = channel.size() - header.position(header.images()) - Integer.BYTES;
            long checksumBytes = (long) Integer.BYTES * header.images();
            if (trailerBytes < checksumBytes || trailerBytes > checksumBytes + LARGEST_TRAILER_BESIDES_CHECKSUMS) {
                return Optional.empty();
            }
            ByteBuffer beginning = ByteBuffer.allocate(ShardHeader.SIZE);
            ByteBuffer end = ByteBuffer.allocate(Math.toIntExact(trailerBytes + Integer.BYTES));
            if (!read(channel, beginning, 0) || !read(channel, end, header.position(header.images()))) {
                return Optional.empty();
            }
            byte[] trailer = Arrays.copyOf(end.array(), Math.toIntExact(trailerBytes));
            if (!Arrays.equals(beginning.array(), header.bytes())
                    || end.getInt(trailer.length) != checksum(header.bytes(), trailer)) {
                return Optional.empty();
            }
            int[] checksums = new int[header.images()];
            ByteBuffer.wrap(trailer).asIntBuffer().get(checksums);
            int rest = Math.toIntExact(checksumBytes);
            DecodingResult decoded = DecodingResult.read(
                    new DataInputStream(new ByteArrayInputStream(trailer, rest, trailer.length - rest)));
            return Optional.of(new Shard(file, header, checksums, decoded));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns what came of decoding the images of this shard. */
    DecodingResult decoded() {
        return decoded;
    }

    /**
     * Returns the pixels of an image, counted from the first of this shard.
     *
     * @throws InvalidInputException if they are not those that were written
     */
    byte[] read(int image) {
        byte[] pixels = new byte[header.imageBytes()];
        boolean whole;
        try {
            whole = readUninterrupted(ByteBuffer.wrap(pixels), header.position(image));
        } catch (IOException e) {
            throw unusable("cannot be read (" + e + ")", e);
        }
        if (!whole) {
            throw unusable("is cut off before image " + (header.first() + image), null);
        }
        if (checksum(pixels) != checksums[image]) {
            throw unusable("is damaged at image " + (header.first() + image), null);
        }
        return pixels;
    }

    private InvalidInputException unusable(String problem, @Nullable IOException cause) {
        String message = file + ": this file of decoded images " + problem + "; delete it, and it is made anew";
        return cause == null ? new InvalidInputException(message) : new InvalidInputException(message, cause);
    }

    /**
     * Reads on after an interruption, as of the thread of a prefetcher that is closed, and keeps it for whoever waits for it: it
     * closes the channel under the hands of all threads.
     */
    private boolean readUninterrupted(ByteBuffer target, long position) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return read(channel(), target.clear(), position);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FileChannel channel() throws IOException {
        FileChannel open = channel;
        return open != null && open.isOpen() ? open : reopened();
    }

    private synchronized FileChannel reopened() throws IOException {
        FileChannel open = channel;
        if (open == null || !open.isOpen()) {
            open = FileChannel.open(file, StandardOpenOption.READ);
            channel = open;
        }
        return open;
    }

    /** Fills a buffer from a place of a file, and returns whether there was enough. */
    private static boolean read(FileChannel channel, ByteBuffer target, long position) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target, position + target.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(byte[]... parts) {
        CRC32C crc = new CRC32C();
        for (byte[] part : parts) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }
}
