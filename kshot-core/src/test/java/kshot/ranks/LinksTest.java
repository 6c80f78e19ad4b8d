package kshot.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import org.junit.jupiter.api.Test;

/** Ranks that are threads of this process. */
class LinksTest {
    private static final Rendezvous.Limits LIMITS =
            new Rendezvous.Limits(Duration.ofMinutes(1), Duration.ofSeconds(60));
    private static final long LONG_MILLIS = 60_000;

    private static Ranks place(int rank, int size, int port) {
        return new Ranks(rank, size, rank, size, "127.0.0.1", port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0)) {
            return server.getLocalPort();
        }
    }

    private static CompletableFuture<Links> connecting(Ranks ranks, String version, Rendezvous.Limits limits) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return Links.connect(ranks, version, limits);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                work -> new Thread(work).start());
    }

    private static List<Links> connected(int size) throws IOException {
        int port = freePort();
        List<CompletableFuture<Links>> all = IntStream.range(0, size)
                .mapToObj(rank -> connecting(place(rank, size, port), "1", LIMITS))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    /** The others first, for which rank 0 would wait. */
    private static void close(List<Links> links) {
        links.subList(1, links.size()).forEach(Links::close);
        links.get(0).close();
    }

    private static String cause(Links links) {
        return links.awaitEnd(LONG_MILLIS).orElseThrow().cause();
    }

    @Test
    void messagesArriveInOrder() throws IOException {
        List<Links> links = connected(3);
        links.get(0).sendAll("to all");
        links.get(0).send(2, "to two");
        links.get(1).send(0, "from one, ä");
        assertThat(links.get(1).receive(0)).isEqualTo("to all");
        assertThat(links.get(2).receive(0)).isEqualTo("to all");
        assertThat(links.get(2).receive(0)).isEqualTo("to two");
        assertThat(links.get(0).receive(1)).isEqualTo("from one, ä");
        assertThat(links.get(1).address()).isEqualTo("127.0.0.1");
        links.get(0).end(0, "");
        assertThat(links.get(2).awaitEnd(LONG_MILLIS)).contains(new Ending(0, "", true));
        close(links);
    }

    @Test
    void allHearWhichRankIsGone() throws IOException {
        List<Links> links = connected(3);
        links.get(1).close();
        assertThat(cause(links.get(0))).startsWith("rank 1 (process ").endsWith(" is gone");
        assertThat(cause(links.get(2))).isEqualTo(cause(links.get(0)));
        assertThat(links.get(2).awaitEnd(0).orElseThrow().saidByLead()).isTrue();
        assertThatThrownBy(() -> links.get(2).receive(0)).isInstanceOf(LostRankException.class);
        close(links);
    }

    @Test
    void theOthersMissTheLeadThemselves() throws IOException {
        List<Links> links = connected(3);
        links.get(0).close();
        for (Links other : links.subList(1, 3)) {
            assertThat(cause(other)).startsWith("rank 0 (127.0.0.1 port ").endsWith(" is gone");
            assertThat(other.awaitEnd(0).orElseThrow().saidByLead()).isFalse();
            other.close();
        }
    }

    @Test
    void anErrorOfARankEndsTheJobWithItsCode() throws IOException {
        List<Links> links = connected(3);
        links.get(2).end(2, "other images");
        assertThat(links.get(0).awaitEnd(LONG_MILLIS)).contains(new Ending(2, "rank 2: other images", true));
        assertThat(links.get(1).awaitEnd(LONG_MILLIS)).contains(new Ending(2, "rank 2: other images", true));
        close(links);
    }

    @Test
    void aRankMayAskToStop() throws IOException {
        List<Links> links = connected(2);
        CompletableFuture<Integer> signal = new CompletableFuture<>();
        links.get(0).onWish(signal::complete);
        links.get(1).wish(15);
        assertThat(signal.join()).isEqualTo(15);
        close(links);
    }

    @Test
    void aRankThatHangsIsNamedAfterTheTimeout() throws IOException {
        int port = freePort();
        Rendezvous.Limits short1 = new Rendezvous.Limits(Duration.ofMinutes(1), Duration.ofSeconds(1));
        CompletableFuture<Links> lead = connecting(place(0, 2, port), "1", short1);
        try (Wire silent = greet(port, "kshot\n1\n2\nprocess 7 on moon")) {
            try (Links links = lead.join()) {
                assertThat(cause(links)).isEqualTo("rank 1 (process 7 on moon) has not been heard of for 1 s");
            }
            assertThat(silent.localAddress().isLoopbackAddress()).isTrue();
        }
    }

    private static Wire greet(int port, String text) {
        while (true) {
            try {
                Wire wire = new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
                wire.send(Wire.Kind.GREETING, 1, text);
                return wire;
            } catch (IOException e) {
                LockSupport.parkNanos(10_000_000); // not there yet
            }
        }
    }

    @Test
    void anotherVersionIsRefusedOnBothSides() throws IOException {
        int port = freePort();
        CompletableFuture<Links> lead = connecting(place(0, 2, port), "kshot 1", LIMITS);
        try (Links other = connecting(place(1, 2, port), "kshot 2", LIMITS).join()) {
            assertThatThrownBy(lead::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching("rank 1 \\(.*\\) has kshot 2, and rank 0 has kshot 1");
            assertThat(other.awaitEnd(LONG_MILLIS).orElseThrow().code()).isEqualTo(2);
        }
    }

    @Test
    void aJobOfAnotherSizeIsRefused() throws IOException {
        int port = freePort();
        CompletableFuture<Links> lead = connecting(place(0, 2, port), "1", LIMITS);
        Links other = connecting(place(2, 3, port), "1", LIMITS).join();
        assertThatThrownBy(lead::join).hasMessageContaining("is one of 3, and rank 0 one of 2");
        other.close();
    }

    @Test
    void strangersAreLeftStanding() throws IOException {
        int port = freePort();
        CompletableFuture<Links> lead = connecting(place(0, 2, port), "1", LIMITS);
        greet(port, "who is there?").close();
        try (Socket browser = new Socket(InetAddress.getLoopbackAddress(), port)) {
            browser.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Links other = connecting(place(1, 2, port), "1", LIMITS).join();
            assertThat(lead.join().ranks().size()).isEqualTo(2);
            other.close();
            lead.join().close();
        }
    }

    @Test
    void ranksThatDoNotComeAreNamed() throws IOException {
        int port = freePort();
        Rendezvous.Limits impatient = new Rendezvous.Limits(Duration.ofSeconds(1), Duration.ofMinutes(1));
        assertThatThrownBy(() -> Links.connect(place(0, 3, port), "1", impatient))
                .isInstanceOf(LostRankException.class)
                .hasMessage("ranks 1, 2 of 3 did not come within 1 s");
        assertThatThrownBy(() -> Links.connect(place(1, 3, port), "1", impatient))
                .isInstanceOf(LostRankException.class)
                .hasMessageStartingWith("rank 0 at 127.0.0.1 port " + port + " did not answer within 1 s (");
    }
}
