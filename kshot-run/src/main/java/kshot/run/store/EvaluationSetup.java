package kshot.run.store;

/**
 * The setup under which architectures were evaluated: two evaluations of one architecture are the same if these are.
 *
 * @param step number of batches that the supernets had been trained on
 * @param images number of images
 * @param batchSize most images that were normalised together
 * @param codes which codes mixed the supernets
 */
public record EvaluationSetup(long step, int images, int batchSize, Codes codes) {

    /** Which codes mix the supernets. */
    public enum Codes {
        /** The codes of the simplex-net. */
        LEARNED("learned"),
        /** 1/K for each supernet: the control. */
        UNIFORM("uniform");

        private final String label;

        Codes(String label) {
            this.label = label;
        }

        /** Its name in the table. */
        public String label() {
            return label;
        }
    }
}
