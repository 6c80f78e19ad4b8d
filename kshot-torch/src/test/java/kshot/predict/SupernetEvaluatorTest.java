package kshot.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.execute.Ensemble;
import kshot.execute.Executor;
import kshot.execute.NetworkWeights;
import kshot.execute.WidthSpace;
import kshot.network.Cost;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Precision;
import kshot.train.TinyImages;
import kshot.weights.DictionarySettings;
import kshot.weights.SupernetMixture;
import kshot.weights.Supernets;
import org.junit.jupiter.api.Test;

class SupernetEvaluatorTest {
    private static final int IMAGES = 21;
    private static final SimplexCode CODE = SimplexCode.of(0.25f, 0.75f);
    private static final SearchSpace SPACE = new WidthSpace();
    private static final Compute COMPUTE = Compute.of(Precision.FLOAT32);

    @Test
    void countsWhatTheClassScoresSay() {
        List<Architecture> architectures =
                List.of(Architecture.of(2, 1, 1), Architecture.of(0, 2, 0), Architecture.of(1, 0, 1));
        EvaluationBatches images = TinyImages.evaluation(IMAGES, IMAGES);
        try (Supernets supernets = Supernets.random(SPACE, DictionarySettings.of(2), COMPUTE, new Seed(4));
                Executor executor = Executor.of(COMPUTE);
                SupernetEvaluator evaluator = new SupernetEvaluator(SPACE, SPACE, executor, images)) {
            SupernetMixture dictionary = new SupernetMixture(supernets, a -> CODE);
            List<Evaluation> evaluations = evaluator.under(List.of(dictionary)).evaluate(architectures);
            assertThat(evaluations).extracting(Evaluation::architecture).isEqualTo(architectures);
            for (Evaluation evaluation : evaluations) {
                float[] scores = scores(supernets, executor, evaluation.architecture(), CODE, images);
                assertThat(evaluation.score(SupernetScores.ACCURACY)).isEqualTo(accuracy(scores));
                assertThat(evaluation.score(SupernetScores.LOG_LIKELIHOOD))
                        .isCloseTo(logLikelihood(scores), within(1e-5));
                assertThat(evaluation.cost()).isEqualTo(Cost.of(SPACE.network(evaluation.architecture())));
                assertThat(dictionary.codes().apply(evaluation.architecture())).isEqualTo(CODE);
            }
            SimplexCode corner = SimplexCode.of(1, 0);
            SupernetMixture mixedByCorner = dictionary.with(corner);
            List<Evaluation> atCorner = evaluator.under(List.of(mixedByCorner)).evaluate(architectures);
            for (Evaluation evaluation : atCorner) {
                float[] scores = scores(supernets, executor, evaluation.architecture(), corner, images);
                assertThat(evaluation.score(SupernetScores.LOG_LIKELIHOOD))
                        .isCloseTo(logLikelihood(scores), within(1e-5));
                assertThat(mixedByCorner.codes().apply(evaluation.architecture()))
                        .isEqualTo(corner);
            }
        }
    }

    @Test
    void ofSeveralDictionariesTheMeanCounts() {
        List<Architecture> architectures = List.of(Architecture.of(2, 1, 1), Architecture.of(0, 2, 0));
        EvaluationBatches images = TinyImages.evaluation(IMAGES, IMAGES);
        try (Supernets first = Supernets.random(SPACE, DictionarySettings.of(2), COMPUTE, new Seed(4));
                Supernets second = Supernets.random(SPACE, DictionarySettings.of(2), COMPUTE, new Seed(5));
                Executor executor = Executor.of(COMPUTE);
                SupernetEvaluator evaluator = new SupernetEvaluator(SPACE, SPACE, executor, images)) {
            SimplexCode corner = SimplexCode.of(1, 0);
            SupernetMixture mixed = new SupernetMixture(first, a -> CODE);
            SupernetMixture alone = new SupernetMixture(second, a -> corner);
            for (Evaluation evaluation : evaluator.under(List.of(mixed, alone)).evaluate(architectures)) {
                Architecture architecture = evaluation.architecture();
                float[] a = scores(first, executor, architecture, CODE, images);
                float[] b = scores(second, executor, architecture, corner, images);
                assertThat(evaluation.score(SupernetScores.ACCURACY))
                        .isCloseTo((accuracy(a) + accuracy(b)) / 2, within(1e-12));
                assertThat(evaluation.score(SupernetScores.LOG_LIKELIHOOD))
                        .isCloseTo((logLikelihood(a) + logLikelihood(b)) / 2, within(1e-5));
            }
        }
    }

    /** Image by image: the mean of two probabilities, or the larger one relative to their sum over the classes. */
    @Test
    void ofAnEnsembleTheProbabilitiesAreCombined() {
        List<Architecture> architectures = List.of(Architecture.of(2, 1, 1), Architecture.of(0, 2, 0));
        EvaluationBatches images = TinyImages.evaluation(IMAGES, IMAGES);
        SimplexCode one = SimplexCode.of(1);
        try (Supernets first = Supernets.random(SPACE, DictionarySettings.of(1), COMPUTE, new Seed(4));
                Supernets second = Supernets.random(SPACE, DictionarySettings.of(1), COMPUTE, new Seed(5));
                Executor executor = Executor.of(COMPUTE);
                SupernetEvaluator evaluator = new SupernetEvaluator(SPACE, SPACE, executor, images)) {
            List<SupernetMixture> both =
                    List.of(new SupernetMixture(first, a -> one), new SupernetMixture(second, a -> one));
            for (Ensemble how : Ensemble.values()) {
                List<Evaluation> evaluations =
                        evaluator.under(List.of(both), how).evaluate(architectures);
                assertThat(evaluations).hasSameSizeAs(architectures);
                for (Evaluation evaluation : evaluations) {
                    double[] a = probabilities(scores(first, executor, evaluation.architecture(), one, images));
                    double[] b = probabilities(scores(second, executor, evaluation.architecture(), one, images));
                    float[] logarithms = new float[a.length];
                    for (int i = 0; i < a.length; i++) {
                        logarithms[i] = (float) Math.log(how == Ensemble.MAXIMUM ? Math.max(a[i], b[i]) : a[i] + b[i]);
                    }
                    assertThat(evaluation.score(SupernetScores.ACCURACY)).isEqualTo(accuracy(logarithms));
                    assertThat(evaluation.score(SupernetScores.LOG_LIKELIHOOD))
                            .isCloseTo(logLikelihood(logarithms), within(1e-5));
                }
            }
        }
    }

    @Test
    void refusesScoresThatAreNone() {
        Cost cost = new Cost(1, 1, 1);
        assertThatThrownBy(() -> SupernetScores.evaluation(Architecture.of(1), Double.NaN, -1, cost))
                .hasMessage("accuracy of [1]: NaN is not in [0, 1]");
        assertThatThrownBy(() -> SupernetScores.evaluation(Architecture.of(1), 93.1, -1, cost))
                .hasMessage("accuracy of [1]: 93.1 is not in [0, 1]");
        assertThatThrownBy(() -> SupernetScores.evaluation(Architecture.of(1), 0.5, Double.NaN, cost))
                .hasMessage("mean log-likelihood of [1]: NaN is not finite and at most 0");
    }

    private static double[] probabilities(float[] scores) {
        double[] probabilities = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            int image = i - i % TinyImages.CLASSES;
            double sum = 0;
            for (int c = 0; c < TinyImages.CLASSES; c++) {
                sum += Math.exp(scores[image + c]);
            }
            probabilities[i] = Math.exp(scores[i]) / sum;
        }
        return probabilities;
    }

    private static float[] scores(
            Supernets supernets,
            Executor executor,
            Architecture architecture,
            SimplexCode code,
            EvaluationBatches images) {
        try (NativeScope scope = new NativeScope()) {
            NetworkWeights weights = supernets.merge(SPACE.network(architecture), code);
            ImageTensors batch = ImageTensors.of(images.at(0), COMPUTE);
            return executor.forward(SPACE.network(architecture), weights, batch).toFloats();
        }
    }

    /** The class of image i is i modulo 3. */
    private static double accuracy(float[] scores) {
        int correct = 0;
        for (int i = 0; i < IMAGES; i++) {
            int best = 0;
            for (int c = 1; c < TinyImages.CLASSES; c++) {
                best = scores[i * TinyImages.CLASSES + c] > scores[i * TinyImages.CLASSES + best] ? c : best;
            }
            correct += best == i % TinyImages.CLASSES ? 1 : 0;
        }
        return (double) correct / IMAGES;
    }

    private static double logLikelihood(float[] scores) {
        double sum = 0;
        for (int i = 0; i < IMAGES; i++) {
            double normalizer = 0;
            for (int c = 0; c < TinyImages.CLASSES; c++) {
                normalizer += Math.exp(scores[i * TinyImages.CLASSES + c]);
            }
            sum += scores[i * TinyImages.CLASSES + i % TinyImages.CLASSES] - Math.log(normalizer);
        }
        return sum / IMAGES;
    }
}
