package kshot.search;

/** By which number an architecture is called better: the larger the better. */
public enum Score {
    /** Accuracy, as in the paper. */
    ACCURACY {
        @Override
        public double of(Evaluation evaluation) {
            return evaluation.accuracy();
        }
    },
    /** Mean log-likelihood: this project's addition. It tells apart what a small set of images leaves equal in accuracy. */
    LOG_LIKELIHOOD {
        @Override
        public double of(Evaluation evaluation) {
            return evaluation.logLikelihood();
        }
    };

    /** The score of an evaluated architecture. */
    public abstract double of(Evaluation evaluation);
}
