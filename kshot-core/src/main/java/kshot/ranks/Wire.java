package kshot.ranks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A connection between two ranks that carries frames: a kind, a number and a text. Any thread may send; one receives. */
final class Wire implements AutoCloseable {
    /** The longest text, in bytes. The largest one, a table of latencies, has some hundred thousand. */
    static final int LONGEST = 16 << 20;

    /** The longest text of a stranger. */
    static final int LONGEST_GREETING = 4096;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** A kind of frame. */
    enum Kind {
        /** Who is there; the number is the rank. */
        GREETING('G'),
        /** Nothing but a sign of life. */
        BEAT('B'),
        /** Something for the other rank. */
        MESSAGE('M'),
        /** A signal that asks to stop; the number is that of the signal. */
        WISH('W'),
        /** The end of the job; the number is the exit code, the text the cause. */
        END('E');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        static Kind of(int letter) throws IOException {
            return Arrays.stream(values())
                    .filter(kind -> kind.letter == letter)
                    .findFirst()
                    .orElseThrow(() -> new IOException("not a frame of kshot"));
        }
    }

    record Frame(Kind kind, int number, String text) {}

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Limits how long {@link #receive} waits for the next byte. */
    void patience(Duration timeout) throws IOException {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    void send(Kind kind, int number, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) {
            throw new IOException("a message of " + bytes.length + " bytes is too long");
        }
        synchronized (out) {
            out.writeByte(kind.letter);
            out.writeInt(number);
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        }
    }

    /** Tells the other rank of the end, if it is still there. */
    void sendEnd(int code, String cause) {
        try {
            send(Kind.END, code, cause);
        } catch (IOException e) {
            // It is gone, too.
            return;
        }
    }

    /**
     * Waits for the next frame.
     *
     * @param longest text that is accepted, in bytes
     */
    Frame receive(int longest) throws IOException {
        Kind kind = Kind.of(in.readUnsignedByte());
        int number = in.readInt();
        int length = in.readInt();
        if (length < 0 || length > longest) {
            throw new IOException("a text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new Frame(kind, number, new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * Says that nothing more is sent. Whoever closes a connection at once, with something unread in it, takes back what the other one
     * has not read yet.
     */
    void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // It is gone already.
            return;
        }
    }

    /** Finishes, and reads what the other rank still sends until it closes, within some time between two bytes. */
    void finishAndDrain(Duration timeout) {
        finish();
        try {
            patience(timeout);
            while (in.read() >= 0) {
                // Signs of life.
            }
        } catch (IOException e) {
            // It is gone, or has heard enough.
            return;
        }
    }

    /** Returns the address of this machine as the other one reaches it. */
    InetAddress localAddress() {
        return socket.getLocalAddress();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Whatever it was, the connection is no more.
            return;
        }
    }
}
