package kshot.run.team;

import java.time.Duration;
import kshot.common.InvalidInputException;
import kshot.ranks.Links;
import kshot.tensor.Collective;
import kshot.tensor.GroupCollective;
import org.jspecify.annotations.Nullable;

/** The ranks of a run as rank 0 sees them. */
public final class Team implements AutoCloseable {
    /** A rank that does a run alone. It has no natives but those of its trainings. */
    public static final Team ALONE = new Team(null);

    /** The answer of a rank that is ready. */
    public static final String READY = "ready";

    /**
     * Time after which a rank that lives but does not take part is given up. One that is dead or stopped is missed before; this one may
     * have to wait until rank 0 has looked at all held-out images, or written a large checkpoint.
     */
    public static final Duration LONGEST_STEP = Duration.ofMinutes(30);

    private final @Nullable Links links;
    private Collective collective = Collective.ALONE;

    private Team(@Nullable Links links) {
        this.links = links;
    }

    /** Returns the team that rank 0 is connected to. */
    public static Team of(Links links) {
        return new Team(links);
    }

    /** Returns whether rank 0 is alone. */
    public boolean isAlone() {
        return links == null;
    }

    /** Returns the number of ranks. */
    public int size() {
        return links == null ? 1 : links.ranks().size();
    }

    /** Returns what they compute together. */
    public Collective collective() {
        return collective;
    }

    /**
     * Lets the others load what the run works on, and agrees with them on it.
     *
     * @throws kshot.ranks.LostRankException if one of them disagrees, and so has ended the job
     */
    public void prepare(Assignment.Prepare work) {
        if (links != null) {
            Links toOthers = links;
            assign(work);
            for (int rank = 1; rank < size(); rank++) {
                String answer = toOthers.receive(rank);
                InvalidInputException.require(answer.equals(READY), "answer of rank " + rank, answer, READY);
            }
            collective = GroupCollective.of(toOthers, LONGEST_STEP);
        }
    }

    /** Tells all others what to do next; nobody where there is none. */
    public void assign(Assignment work) {
        if (links != null) {
            links.sendAll(text(work));
        }
    }

    /** Tells another rank what to do next. */
    public void assign(int rank, Assignment work) {
        toOthers().send(rank, text(work));
    }

    /** Waits for the next answer of another rank. */
    public Assignment.Answer answer(int rank) {
        return Assignment.JSON.readValue(toOthers().receive(rank), Assignment.Answer.class);
    }

    private Links toOthers() {
        if (links == null) {
            throw new IllegalStateException("there is no other rank");
        }
        return links;
    }

    private static String text(Assignment work) {
        return Assignment.JSON.writerFor(Assignment.class).writeValueAsString(work);
    }

    @Override
    public void close() {
        collective.close();
    }
}
