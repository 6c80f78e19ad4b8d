package kshot.ranks;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import kshot.ranks.Wire.Frame;
import kshot.ranks.Wire.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a rank: of rank 0 to all others, of another one to rank 0. They carry short messages, in order, and keep
 * watch: each side gives a sign of life every second. A rank that ends, is killed, hangs, or has an error ends the job, and all ranks hear why.
 */
public final class Links implements AutoCloseable {
    private static final long BEAT_MILLIS = 1000;

    private final Ranks ranks;
    private final Rendezvous.Limits limits;
    private final Map<Integer, Link> links = new TreeMap<>();
    private final List<Thread> watchers = new ArrayList<>();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final CompletableFuture<Ending> byAnother = new CompletableFuture<>();
    private volatile IntConsumer onWish = signal -> {};

    /** Another rank. */
    private static final class Link {
        private final Rendezvous.Peer peer;
        private final BlockingQueue<Optional<String>> inbox = new LinkedBlockingQueue<>();

        Link(Rendezvous.Peer peer) {
            this.peer = peer;
        }
    }

    private Links(Ranks ranks, Rendezvous.Limits limits) {
        this.ranks = ranks;
        this.limits = limits;
    }

    /**
     * Connects to the others, and waits for them.
     *
     * @param version of everything that results depend on, which has to be the same on all ranks
     * @throws kshot.common.InvalidInputException if a rank has another version, or place
     * @throws LostRankException if a rank does not come in time
     */
    public static Links connect(Ranks ranks, String version, Rendezvous.Limits limits) throws IOException {
        Links links = new Links(ranks, limits);
        Rendezvous.meet(ranks, version, limits).forEach(peer -> links.links.put(peer.rank(), new Link(peer)));
        for (Link link : links.links.values()) {
            start("beat of rank " + link.peer.rank(), () -> links.beat(link));
            links.watchers.add(start("link to rank " + link.peer.rank(), () -> links.watch(link)));
        }
        return links;
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Says who hears, on a thread of its own, that another rank has ended the job; at once if that has happened already. */
    public void onEnd(Consumer<Ending> listener) {
        start("end of the job", () -> listener.accept(byAnother.join()));
    }

    /** Says who hears of a signal that asks another rank to stop. */
    public void onWish(IntConsumer listener) {
        onWish = listener;
    }

    /** Returns which rank this is. */
    public Ranks ranks() {
        return ranks;
    }

    /** Returns the address of this machine by which the others reach it. */
    public String address() {
        return links.values().iterator().next().peer.wire().localAddress().getHostAddress();
    }

    /** Sends a message to another rank. */
    public void send(int rank, String message) {
        send(link(rank), Kind.MESSAGE, 0, message);
    }

    /** Sends a message to all others. */
    public void sendAll(String message) {
        links.keySet().forEach(rank -> send(rank, message));
    }

    /**
     * Waits for the next message of another rank.
     *
     * @throws LostRankException if the job ends
     */
    public String receive(int rank) {
        try {
            return link(rank)
                    .inbox
                    .take()
                    .orElseThrow(() -> new LostRankException(
                            "the job has ended: " + ending.join().cause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LostRankException("interrupted while waiting for rank " + rank, e);
        }
    }

    /** Asks rank 0 to stop the job, as a signal does. */
    public void wish(int signal) {
        send(link(0), Kind.WISH, signal, "");
    }

    /**
     * Ends the job on all ranks.
     *
     * @param code exit code of the others
     * @param cause one line; empty where everything is done
     * @return whether it has not been ended before by another rank
     */
    public boolean end(int code, String cause) {
        return end(new Ending(code, cause, ranks.isLead()), null);
    }

    /** Returns why the job has ended, as soon as that is known, within some time; empty if it isn't then. */
    public Optional<Ending> awaitEnd(long millis) {
        try {
            return Optional.of(ending.get(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    private Link link(int rank) {
        Link link = links.get(rank);
        if (link == null) {
            throw new IllegalArgumentException("rank " + ranks.rank() + " has no connection to rank " + rank);
        }
        return link;
    }

    private void send(Link link, Kind kind, int number, String text) {
        try {
            link.peer.wire().send(kind, number, text);
        } catch (IOException e) {
            lost(link, "is gone");
            throw new LostRankException(link.peer + " is gone", e);
        }
    }

    private void beat(Link link) {
        try {
            while (!ending.isDone()) {
                link.peer.wire().send(Kind.BEAT, 0, "");
                Thread.sleep(BEAT_MILLIS);
            }
        } catch (IOException e) {
            lost(link, "is gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Link link) {
        try {
            link.peer.wire().patience(limits.silence());
            while (true) {
                receive(link, link.peer.wire().receive(Wire.LONGEST));
            }
        } catch (SocketTimeoutException e) {
            lost(link, "has not been heard of for " + limits.silence().toSeconds() + " s");
        } catch (IOException e) {
            lost(link, "is gone");
        }
    }

    private void receive(Link link, Frame frame) throws IOException {
        switch (frame.kind()) {
            case GREETING -> throw new IOException("a second greeting");
            case BEAT -> {}
            case MESSAGE -> link.inbox.add(Optional.of(frame.text()));
            case WISH -> onWish.accept(frame.number());
            case END ->
                end(
                        ranks.isLead()
                                ? new Ending(frame.number(), "rank " + link.peer.rank() + ": " + frame.text(), true)
                                : new Ending(frame.number(), frame.text(), true),
                        link);
        }
    }

    private void lost(Link link, String how) {
        end(new Ending(1, link.peer + " " + how, ranks.isLead()), link);
    }

    /** Tells all others but the one who knows it already, or does not answer. Only the first end counts. */
    private boolean end(Ending end, @Nullable Link known) {
        if (!ending.complete(end)) {
            return false;
        }
        for (Link link : links.values()) {
            if (link != known) {
                link.peer.wire().sendEnd(end.code(), end.cause());
            }
        }
        links.values().forEach(link -> link.inbox.add(Optional.empty()));
        if (known != null) {
            byAnother.complete(end);
        }
        return true;
    }

    /**
     * Closes all connections, after the others have had the time to hear of an end. Who has not said that the job is at its end is
     * missed by the others.
     */
    @Override
    public void close() {
        boolean saidHere = !ending.complete(new Ending(0, "", true)) && !byAnother.isDone();
        links.values().forEach(link -> link.peer.wire().finish());
        try {
            for (Thread watcher : saidHere ? watchers : List.<Thread>of()) {
                watcher.join(Rendezvous.LAST_WORDS.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        links.values().forEach(link -> link.peer.wire().close());
    }
}
