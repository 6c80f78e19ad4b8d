package kshot.data.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A reader that lists a tar archive: POSIX ustar and pax (IEEE Std 1003.1, section pax) with the long names of GNU tar.
 * It takes no memory for what an archive only claims: names have a largest length, and contents are not read.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int LONGEST_EXTENSION = 1 << 16;
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int NUMBER_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final String USTAR = "ustar";
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int LINK_NAME = 157;
    private static final int LINK_NAME_LENGTH = 100;
    private static final String PATH_KEY = "path";
    private static final String LINK_KEY = "linkpath";
    private static final String SIZE_KEY = "size";
    private static final Set<String> KEYS = Set.of(PATH_KEY, LINK_KEY, SIZE_KEY);

    /** A visitor that is told every file, folder and link, in the order of the archive. */
    interface Visitor {
        /**
         * Called for each file or folder.
         *
         * @param size the size of its content, in bytes
         * @param offset the place of its content in the file that holds the archive, in bytes
         */
        void visit(String name, boolean folder, long size, long offset) throws IOException;

        /**
         * Called for each link.
         *
         * @param target for a hard link the name of another entry; for a symbolic one a path from the link's own folder
         */
        void link(String name, String target, boolean symbolic) throws IOException;
    }

    private final FileChannel channel;
    private final long start;
    private final long end;

    /** The fields that extended headers give for the next entry. */
    private final Map<String, String> extensions = new HashMap<>();

    private TarReader(FileChannel channel, long start, long end) {
        this.channel = channel;
        this.start = start;
        this.end = end;
    }

    /** Returns whether a file that starts with these bytes is a tar archive. */
    static boolean isTar(byte[] start) {
        return start.length >= BLOCK && text(start, MAGIC, USTAR.length()).equals(USTAR);
    }

    /**
     * Lists an archive, which may be a part of a file.
     *
     * @param place the archive
     * @throws IOException if it is damaged, or of a kind that is not supported
     */
    static void list(Place place, Visitor visitor) throws IOException {
        try (FileChannel channel = FileChannel.open(place.file(), StandardOpenOption.READ)) {
            new TarReader(channel, place.offset(), place.offset() + place.length()).list(visitor);
        }
    }

    private void list(Visitor visitor) throws IOException {
        long position = start;
        while (position < end) {
            byte[] header = read(position, BLOCK);
            if (isEmpty(header)) {
                return;
            }
            requireChecksum(header, position);
            long offset = position + BLOCK;
            long size = extensions.containsKey(SIZE_KEY)
                    ? decimal(extensions.get(SIZE_KEY))
                    : number(header, SIZE, NUMBER_LENGTH);
            if (size < 0 || size > end - offset) {
                throw new IOException("damaged tar archive: an entry of " + size + " bytes at " + position + ", with "
                        + (end - offset) + " left");
            }
            visit(header, size, offset, visitor);
            position = offset + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
    }

    private void visit(byte[] header, long size, long offset, Visitor visitor) throws IOException {
        switch (header[TYPE]) {
            case 'x' -> readPax(read(offset, size));
            case 'L' -> extensions.put(PATH_KEY, text(read(offset, size), 0, (int) size));
            case 'K' -> extensions.put(LINK_KEY, text(read(offset, size), 0, (int) size));
            case 'g' -> {} // for all entries, in which no names stand
            case '0', '7', 0, '5' -> {
                String name = path(header);
                visitor.visit(name, header[TYPE] == '5' || name.endsWith("/"), size, offset);
                extensions.clear();
            }
            case '1', '2' -> {
                String target = extensions.getOrDefault(LINK_KEY, text(header, LINK_NAME, LINK_NAME_LENGTH));
                visitor.link(path(header), target, header[TYPE] == '2');
                extensions.clear();
            }
            case 'S' -> throw new IOException("tar archives with sparse files are not read");
            default -> extensions.clear(); // devices
        }
    }

    private String path(byte[] header) {
        return extensions.getOrDefault(PATH_KEY, name(header));
    }

    private static String name(byte[] header) {
        String name = text(header, NAME, NAME_LENGTH);
        // GNU tar has other things where POSIX has the prefix, and a space after the magic.
        String prefix = header[MAGIC + USTAR.length()] == 0 ? text(header, PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Reads the records of a pax header. Each is its length in decimal, a space, key=value and a line feed. */
    private void readPax(byte[] records) throws IOException {
        for (int at = 0; at < records.length; ) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            long length = decimal(new String(records, at, space - at, StandardCharsets.ISO_8859_1));
            if (length <= space - at || length > records.length - at) {
                throw new IOException("damaged tar archive: an extended header with a record of " + length + " bytes");
            }
            int next = at + (int) length;
            String record = new String(records, space, next - space, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            String key = equals > 0 ? record.substring(1, equals) : "";
            if (KEYS.contains(key)) {
                extensions.put(key, record.substring(equals + 1).replaceFirst("\n$", ""));
            }
            at = next;
        }
    }

    private byte[] read(long position, long length) throws IOException {
        if (length > LONGEST_EXTENSION) {
            throw new IOException("damaged tar archive: a name of " + length + " bytes; allowed: " + LONGEST_EXTENSION);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the tar archive is cut off");
            }
        }
        return buffer.array();
    }

    private static boolean isEmpty(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    /** Checks the checksum: the sum of all bytes of the header, with spaces in the place of the checksum itself. */
    private static void requireChecksum(byte[] header, long position) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean inSum = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += inSum ? ' ' : header[i] & 0xFF;
        }
        if (number(header, CHECKSUM, CHECKSUM_LENGTH) != sum) {
            throw new IOException("damaged tar archive: the checksum of the header at " + position + " is wrong");
        }
    }

    /** Returns a number in octal digits, or in binary if the highest bit of the first byte is set. */
    private static long number(byte[] header, int from, int length) throws IOException {
        if (header[from] < 0) {
            // Its last eight bytes; the ones before them say nothing but the sign.
            return ByteBuffer.wrap(header).getLong(from + length - Long.BYTES);
        }
        String digits = text(header, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("damaged tar archive: '" + digits + "' where a number should be", e);
        }
    }

    private static long decimal(String digits) throws IOException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IOException("damaged tar archive: '" + digits + "' where a number should be", e);
        }
    }

    /** Returns the text up to the first zero. */
    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }
}
