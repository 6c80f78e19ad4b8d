package kshot.app.ranks;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import kshot.ranks.Ending;
import kshot.ranks.Links;
import kshot.ranks.LostRankException;
import kshot.ranks.Ranks;
import kshot.ranks.Rendezvous;
import kshot.run.MetadataWriter;
import kshot.tensor.LibTorch;

/** This process as one of the ranks of a job, which all end when one of them does. */
public final class RankJob {
    /** A cluster may start its machines one after the other. */
    private static final Duration JOIN = Duration.ofMinutes(10);

    /** Time in which these links learn which rank it was, after the process group has only said that one is lost. */
    private static final long NAMING_MILLIS = 5000;

    private final Links links;
    private final Consumer<Ending> report;
    private final ToIntFunction<Exception> code;

    /** The work of a rank. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws IOException;
    }

    /**
     * A job that is connected.
     *
     * @param report says why another rank has ended the job, where nobody else does
     * @param code gives the exit code of an error of this rank
     */
    public RankJob(Links links, Consumer<Ending> report, ToIntFunction<Exception> code) {
        this.links = links;
        this.report = report;
        this.code = code;
    }

    /**
     * Connects to the other ranks, and waits for them. All have the same versions of all that results depend on.
     *
     * @param silence after which a rank that gives no sign of life is given up
     */
    public static Links connect(Ranks ranks, Duration silence) throws IOException {
        LibTorch.loadAll();
        Map<String, String> versions = MetadataWriter.versions();
        String version = String.join(
                ", ",
                MetadataWriter.KSHOT + " " + versions.get(MetadataWriter.KSHOT),
                MetadataWriter.LIBTORCH + " " + versions.get(MetadataWriter.LIBTORCH),
                MetadataWriter.ONEDNN + " " + versions.get(MetadataWriter.ONEDNN));
        return Links.connect(ranks, version, new Rendezvous.Limits(JOIN, silence));
    }

    /**
     * Does the work of this rank, and ends the job with it, well or with an error. Where another rank is faster, this process ends at
     * once: it may be anywhere in its natives, and loses no more than one that is killed.
     */
    public void run(Work work) throws IOException {
        links.onEnd(this::haltWith);
        try {
            work.run();
            links.end(0, "");
        } catch (RuntimeException | IOException e) {
            if (e instanceof LostRankException) {
                links.awaitEnd(NAMING_MILLIS);
            }
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            if (!links.end(code.applyAsInt(e), message)) {
                waitForTheEnd();
            }
            throw e;
        }
    }

    private void haltWith(Ending ending) {
        if (links.ranks().isLead() || !ending.saidByLead()) {
            report.accept(ending);
        }
        Runtime.getRuntime().halt(ending.code());
    }

    /** Another thread ends the process. */
    private static void waitForTheEnd() {
        while (true) {
            LockSupport.park();
        }
    }
}
