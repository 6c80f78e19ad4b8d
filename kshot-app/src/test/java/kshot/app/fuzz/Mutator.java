package kshot.app.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes valid files at random: bits are flipped, blocks cut out, copied, repeated and inserted, integers overwritten by
 * values at the ends of their ranges, ends cut off, two files spliced. Text is changed in the same ways token by token.
 * Gzip and zip files are changed inside as well, so that their checksums do not hide the readers behind them.
 */
final class Mutator {
    private static final int LARGEST = 1 << 20;
    private static final int LONGEST_BLOCK = 64;
    private static final int MOST_CHANGES = 6;

    private static final List<String> TOKENS = List.of(
            "0",
            "-1",
            "1",
            "2147483647",
            "2147483648",
            "-9223372036854775809",
            "1e400",
            "0.5",
            "NaN",
            "null",
            "true",
            "''",
            "\"",
            "{}",
            "[]",
            "[",
            "{a: ",
            "}",
            "]",
            ":",
            ",",
            "-",
            "|",
            "~",
            "&a ",
            "*a",
            "!!java.net.URL ",
            "---\n",
            "...\n",
            "\n",
            "\t",
            "\r",
            "\0",
            "#",
            "\\u0000",
            "\u00c3\u00a9",
            "\u00ff\u00fe",
            "\u00ef\u00bb\u00bf");

    private final SplittableRandom random;
    private final boolean text;

    /**
     * A mutator.
     *
     * @param random decides everything
     * @param text whether to cut between tokens, half of the time
     */
    Mutator(SplittableRandom random, boolean text) {
        this.random = random;
        this.text = text;
    }

    /**
     * A changed copy of a file.
     *
     * @param file the file
     * @param other another of its kind, from which blocks may come
     */
    byte[] mutate(byte[] file, byte[] other) {
        if (random.nextInt(4) > 0) {
            if (Containers.isGzip(file)) {
                byte[] inside = Containers.gunzip(file);
                return Containers.gzip(mutate(inside, Containers.isGzip(other) ? Containers.gunzip(other) : inside));
            }
            if (Containers.isZip(file)) {
                return Containers.changeEntry(file, random, part -> mutate(part, part));
            }
        }
        byte[] changed = file;
        do {
            changed = change(changed, other);
        } while (random.nextInt(MOST_CHANGES) > 1);
        return changed.length > LARGEST ? Arrays.copyOf(changed, LARGEST) : changed;
    }

    private byte[] change(byte[] file, byte[] other) {
        boolean tokens = text && random.nextInt(4) > 0;
        int from = cut(file, tokens);
        int to = end(file, from, tokens);
        byte[] block = Arrays.copyOfRange(file, from, to);
        int elsewhere = cut(file, tokens);
        return switch (random.nextInt(12)) {
            case 0 -> replaced(file, from, to, new byte[0]);
            case 1 -> replaced(file, elsewhere, elsewhere, block);
            case 2 -> replaced(file, from, from, repeated(block));
            case 3 -> replaced(file, elsewhere, end(file, elsewhere, tokens), block);
            case 4 -> replaced(file, from, to, block(other, tokens));
            case 5 -> replaced(file, from, from, block(other, tokens));
            case 6 -> random.nextInt(3) == 0 ? Arrays.copyOf(file, from) : flipped(file);
            case 7 -> replaced(file, from, file.length, tail(other, tokens));
            case 8 -> replaced(file, from, random.nextBoolean() ? from : to, filled());
            case 9 -> flipped(file);
            default -> tokens ? replaced(file, from, to, token()) : withInteger(file);
        };
    }

    /** The file with the bytes from {@code from} to {@code to} replaced. */
    private static byte[] replaced(byte[] file, int from, int to, byte[] by) {
        byte[] result = Arrays.copyOf(file, file.length - (to - from) + by.length);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(file, to, result, from + by.length, file.length - to);
        return result;
    }

    /** A place in the file, in text where a token starts. */
    private int cut(byte[] file, boolean tokens) {
        int at = random.nextInt(file.length + 1);
        while (tokens && at > 0 && at < file.length && kind(file[at]) == kind(file[at - 1])) {
            at--;
        }
        return at;
    }

    /** The end of a block: mostly a short one, or one token. */
    private int end(byte[] file, int from, boolean tokens) {
        if (!tokens || random.nextInt(4) == 0) {
            int longest = random.nextInt(8) == 0 ? file.length : LONGEST_BLOCK;
            return Math.min(file.length, from + 1 + random.nextInt(longest + 1));
        }
        int to = Math.min(file.length, from + 1);
        while (to < file.length && kind(file[to]) == kind(file[to - 1])) {
            to++;
        }
        return to;
    }

    private byte[] block(byte[] file, boolean tokens) {
        int from = cut(file, tokens);
        return Arrays.copyOfRange(file, from, end(file, from, tokens));
    }

    private byte[] tail(byte[] file, boolean tokens) {
        return Arrays.copyOfRange(file, cut(file, tokens), file.length);
    }

    /** Letters and digits hang together, and so does white space; every other character is a token. */
    private static int kind(byte character) {
        char c = (char) (character & 0xFF);
        return Character.isLetterOrDigit(c) || c == '.' || c == '_' ? -1 : Character.isWhitespace(c) ? -2 : c;
    }

    private byte[] repeated(byte[] block) {
        int times = 1 << random.nextInt(12);
        byte[] result = new byte[(int) Math.min(LARGEST, (long) block.length * times)];
        for (int i = 0; i < result.length; i++) {
            result[i] = block[i % block.length];
        }
        return result;
    }

    private byte[] filled() {
        byte[] block = new byte[1 + random.nextInt(LONGEST_BLOCK)];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(block);
            case 1 -> Arrays.fill(block, (byte) 0xFF);
            default -> Arrays.fill(block, (byte) 0);
        }
        return block;
    }

    private byte[] flipped(byte[] file) {
        byte[] result = file.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return result;
    }

    private byte[] token() {
        return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** An integer of 1, 2, 4 or 8 bytes in either order: at an end of a range, or near what stood there. */
    private byte[] withInteger(byte[] file) {
        int width = 1 << random.nextInt(4);
        if (file.length < width) {
            return flipped(file);
        }
        byte[] result = file.clone();
        int at = random.nextInt(file.length - width + 1);
        ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        long[] ends = {
            0,
            1,
            -1,
            Byte.MAX_VALUE,
            Byte.MIN_VALUE,
            256,
            Short.MAX_VALUE,
            Short.MIN_VALUE,
            65_536,
            100_000,
            1_000_000,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            1L << 32,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            file.length,
            file.length - at
        };
        long value = random.nextInt(4) == 0
                ? integer(file, at, width, order) + random.nextInt(-4, 5)
                : ends[random.nextInt(ends.length)] + random.nextInt(-1, 2);
        for (int i = 0; i < width; i++) {
            int shift = 8 * (order == ByteOrder.BIG_ENDIAN ? width - 1 - i : i);
            result[at + i] = (byte) (value >> shift);
        }
        return result;
    }

    private static long integer(byte[] file, int at, int width, ByteOrder order) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(order);
        return switch (width) {
            case 1 -> buffer.get(at);
            case 2 -> buffer.getShort(at);
            case 4 -> buffer.getInt(at);
            default -> buffer.getLong(at);
        };
    }
}
