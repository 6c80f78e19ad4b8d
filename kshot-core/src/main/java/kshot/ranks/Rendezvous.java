package kshot.ranks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.ranks.Wire.Frame;
import kshot.ranks.Wire.Kind;

/** The start of a job of several ranks: rank 0 listens, and the others greet it, in any order. Strangers are left standing. */
public final class Rendezvous {
    private static final String GREETING = "kshot";
    private static final Duration OF_GREETING = Duration.ofSeconds(10);
    private static final long BETWEEN_TRIES_MILLIS = 100;

    /** Time that another rank has to hear why the job has ended. */
    static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private Rendezvous() {}

    /**
     * How long a rank waits for others.
     *
     * @param join for the last of them at the start
     * @param silence for a sign of life of one of them, later
     */
    public record Limits(Duration join, Duration silence) {}

    /**
     * Another rank.
     *
     * @param process what to tell a person of it
     */
    record Peer(int rank, String process, Wire wire) {
        @Override
        public String toString() {
            return "rank " + rank + " (" + process + ")";
        }
    }

    /** Connects rank 0 to all others, another one to rank 0. */
    static Collection<Peer> meet(Ranks ranks, String version, Limits limits) throws IOException {
        return ranks.isLead()
                ? new Lead(ranks, version, limits).accept()
                : List.of(greet(ranks, version, limits.join()));
    }

    /** The first message of a rank, by which it says who it is. */
    private record Greeting(String version, int size, String process) {
        static Greeting of(Ranks ranks, String version) {
            return new Greeting(
                    version, ranks.size(), "process " + ProcessHandle.current().pid() + " on " + hostName());
        }

        private static String hostName() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (IOException e) {
                return "a machine without a name";
            }
        }

        String text() {
            return String.join("\n", GREETING, version, "" + size, process);
        }

        static Greeting parse(Frame frame) throws IOException {
            String[] lines = frame.text().split("\n", -1);
            if (frame.kind() != Kind.GREETING || lines.length != 4 || !lines[0].equals(GREETING)) {
                throw new IOException("no greeting");
            }
            try {
                return new Greeting(lines[1], Integer.parseInt(lines[2]), lines[3]);
            } catch (NumberFormatException e) {
                throw new IOException("no greeting", e);
            }
        }
    }

    private static Peer greet(Ranks ranks, String version, Duration join) throws IOException {
        long end = System.nanoTime() + join.toNanos();
        Greeting own = Greeting.of(ranks, version);
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(ranks.host(), ranks.port()), Math.toIntExact(OF_GREETING.toMillis()));
                Wire wire = new Wire(socket);
                wire.send(Kind.GREETING, ranks.rank(), own.text());
                return new Peer(0, ranks.host() + " port " + ranks.port(), wire);
            } catch (IOException e) {
                socket.close();
                if (System.nanoTime() - end > 0) {
                    throw new LostRankException(
                            "rank 0 at " + ranks.host() + " port " + ranks.port() + " did not answer within "
                                    + join.toSeconds() + " s (" + e.getMessage() + ")",
                            e);
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(BETWEEN_TRIES_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Rank 0, as long as it waits. */
    private static final class Lead {
        private final Ranks ranks;
        private final Greeting own;
        private final Limits limits;
        private final Map<Integer, Peer> peers = new TreeMap<>();

        Lead(Ranks ranks, String version, Limits limits) {
            this.ranks = ranks;
            this.own = Greeting.of(ranks, version);
            this.limits = limits;
        }

        Collection<Peer> accept() throws IOException {
            long end = System.nanoTime() + limits.join().toNanos();
            try (ServerSocket server = listen()) {
                while (peers.size() < ranks.size() - 1) {
                    long millis = (end - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        throw new SocketTimeoutException("nobody came");
                    }
                    server.setSoTimeout((int) Math.min(Integer.MAX_VALUE, millis));
                    welcome(server.accept());
                }
                return peers.values();
            } catch (SocketTimeoutException e) {
                String cause =
                        absent() + " did not come within " + limits.join().toSeconds() + " s";
                endAll(1, cause);
                throw new LostRankException(cause, e);
            } catch (InvalidInputException e) {
                endAll(2, String.valueOf(e.getMessage()));
                throw e;
            }
        }

        /** Only this machine may come where all ranks are on it. */
        private ServerSocket listen() throws IOException {
            boolean here = ranks.localSize() == ranks.size();
            try {
                return here
                        ? new ServerSocket(ranks.port(), ranks.size(), InetAddress.getByName(ranks.host()))
                        : new ServerSocket(ranks.port(), ranks.size());
            } catch (IOException e) {
                throw new IOException("rank 0 can't listen at port " + ranks.port() + ": " + e.getMessage(), e);
            }
        }

        private void welcome(Socket socket) throws IOException {
            Wire wire = new Wire(socket);
            Frame frame;
            Greeting other;
            try {
                wire.patience(OF_GREETING);
                frame = wire.receive(Wire.LONGEST_GREETING);
                other = Greeting.parse(frame);
            } catch (IOException e) {
                wire.close(); // a stranger
                return;
            }
            int rank = frame.number();
            Peer peer = new Peer(rank, other.process, wire);
            Peer known = peers.get(rank);
            try {
                require(known == null, peer, "is there twice: " + known);
                require(
                        rank > 0 && rank < ranks.size() && other.size == ranks.size(),
                        peer,
                        "is one of " + other.size + ", and rank 0 one of " + ranks.size());
                require(
                        other.version.equals(own.version),
                        peer,
                        "has " + other.version + ", and rank 0 has " + own.version);
            } catch (InvalidInputException e) {
                wire.sendEnd(2, String.valueOf(e.getMessage()));
                wire.finishAndDrain(LAST_WORDS);
                throw e;
            }
            peers.put(rank, peer);
        }

        private static void require(boolean condition, Peer peer, String wrong) {
            if (!condition) {
                throw new InvalidInputException(peer + " " + wrong);
            }
        }

        private String absent() {
            List<Integer> absent = IntStream.range(1, ranks.size())
                    .filter(rank -> !peers.containsKey(rank))
                    .boxed()
                    .toList();
            return (absent.size() == 1 ? "rank " : "ranks ")
                    + absent.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " of " + ranks.size();
        }

        private void endAll(int code, String cause) {
            peers.values().forEach(peer -> peer.wire.sendEnd(code, cause));
            peers.values().forEach(peer -> peer.wire.finishAndDrain(LAST_WORDS));
        }
    }
}
