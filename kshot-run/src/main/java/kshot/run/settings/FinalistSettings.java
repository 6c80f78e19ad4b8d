package kshot.run.settings;

import java.util.List;
import kshot.common.Preset;
import kshot.common.Range;
import kshot.search.Scores;
import kshot.search.SuccessiveHalving;
import kshot.search.SuccessiveHalving.Rung;
import kshot.space.shipped.Spaces;

/**
 * The finalists of a search: some of those that it evaluated are trained for short, by {@link SuccessiveHalving}, and the best of
 * them is the winner. A method {@code withX} returns a copy with another X.
 *
 * @param count how many; 1 for none, then the search's best is the winner
 * @param batch how many are trained in the first rung between two fits of a {@linkplain kshot.search.model.SurrogateSearch surrogate}, which
 *     chooses the next; 0 for none, then those with the best score are trained
 * @param epochs of the first rung
 * @param eta η: one of so many goes on, to so many times the epochs
 * @param rungs how many at most
 * @param score by which the best go on
 * @param images how many train, of those that train supernets; 0 for all
 * @param standIn the size of the networks
 */
public record FinalistSettings(
        int count, int batch, int epochs, int eta, int rungs, Score score, int images, StandIn standIn) {

    /** A measure of a network on the images that were held out from its training. */
    public enum Score {
        /** The share of images that is classified right. */
        ACCURACY(Scores.STANDALONE_ACCURACY),
        /** The mean log-likelihood of the right class. */
        LOG_LIKELIHOOD(Scores.STANDALONE_LOG_LIKELIHOOD);

        private final String score;

        Score(String score) {
            this.score = score;
        }

        /** Returns its name among {@link Scores}. */
        public String score() {
            return score;
        }
    }

    public FinalistSettings {
        Range.atLeast(1).atMost(1000).require("count", count);
        Range.atLeast(0).atMost(1000).require("batch", batch);
        Range.atLeast(1).require("epochs", epochs);
        Range.atLeast(2).atMost(100).require("eta", eta);
        Range.atLeast(1).atMost(10).require("rungs", rungs);
        Range.atLeast(0).require("images", images);
    }

    /**
     * Returns the settings of a preset for one search space. {@link Preset#STANDARD} of NAS-Bench-201 has finalists, with networks of
     * one cell a stage; no other has.
     */
    public static FinalistSettings of(Preset preset, String space) {
        FinalistSettings none = new FinalistSettings(1, 4, 2, 3, 2, Score.ACCURACY, 0, StandIn.NONE);
        return preset == Preset.STANDARD && space.equals(Spaces.NAS_BENCH_201)
                ? none.withCount(24).withRungs(4, 6, 2).withStandIn(new StandIn(1, null, 16))
                : none;
    }

    public FinalistSettings withCount(int count) {
        return new FinalistSettings(count, batch, epochs, eta, rungs, score, images, standIn);
    }

    public FinalistSettings withBatch(int batch) {
        return new FinalistSettings(count, batch, epochs, eta, rungs, score, images, standIn);
    }

    /** Returns a copy with rungs of another kind: the epochs of the first, η, and how many at most. */
    public FinalistSettings withRungs(int epochs, int eta, int rungs) {
        return new FinalistSettings(count, batch, epochs, eta, rungs, score, images, standIn);
    }

    public FinalistSettings withScore(Score score) {
        return new FinalistSettings(count, batch, epochs, eta, rungs, score, images, standIn);
    }

    public FinalistSettings withImages(int images) {
        return new FinalistSettings(count, batch, epochs, eta, rungs, score, images, standIn);
    }

    public FinalistSettings withStandIn(StandIn standIn) {
        return new FinalistSettings(count, batch, epochs, eta, rungs, score, images, standIn);
    }

    /** Returns whether there are any. */
    public boolean areWanted() {
        return count > 1;
    }

    /** Returns whether a surrogate chooses what is trained. */
    public boolean areGuided() {
        return batch > 0;
    }

    /**
     * Returns the rungs for so many candidates, whose budget is in epochs.
     *
     * @param candidates at most {@link #count}; fewer in a small space
     */
    public List<Rung> schedule(int candidates) {
        return SuccessiveHalving.rungs(candidates, epochs, eta, rungs);
    }
}
