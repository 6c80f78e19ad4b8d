package kshot.classification;

/** The class that a classifier chooses: the one with the highest score. */
public final class BestClass {
    private BestClass() {}

    /** Returns the index of the highest score; of equal ones the first. */
    public static int of(float[] scores) {
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }
}
