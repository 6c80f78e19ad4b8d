package kshot.run.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import kshot.execute.Ensemble;
import kshot.predict.SupernetEvaluator;
import kshot.run.DataSplits;
import kshot.run.Run;
import kshot.run.settings.Settings;
import kshot.search.Evaluator;
import kshot.search.RememberingEvaluator;
import kshot.weights.SupernetMixture;

/**
 * Evaluates architectures under the supernets of several runs together, on images that none of them was trained on. Their
 * settings differ in nothing but the seed.
 */
public final class Ensembles implements AutoCloseable {
    private final Run first;
    private final List<TrainedSupernets> trained;
    private final SupernetEvaluator evaluator;

    private Ensembles(Run first, List<TrainedSupernets> trained, SupernetEvaluator evaluator) {
        this.first = first;
        this.trained = trained;
        this.evaluator = evaluator;
    }

    /**
     * Loads the supernets of runs, at least one, and the images that all of them held out.
     *
     * @throws kshot.common.InvalidInputException if supernets have not been trained, or there are no such images
     */
    public static Ensembles open(List<Run> runs) throws IOException {
        List<TrainedSupernets> trained = new ArrayList<>();
        try {
            for (Run run : runs) {
                trained.add(TrainedSupernets.load(run));
            }
            Run first = runs.get(0);
            Settings.Data data = first.context().settings().data();
            List<DataSplits> others = runs.subList(1, runs.size()).stream()
                    .map(run -> run.context().images())
                    .toList();
            return new Ensembles(
                    first,
                    trained,
                    new SupernetEvaluator(
                            first.context().supernetSpace(),
                            first.context().space(),
                            trained.get(0).executor(),
                            first.context()
                                    .images()
                                    .scoringBatches(data.validationImages(), data.validationBatch(), others)));
        } catch (IOException | RuntimeException e) {
            trained.forEach(TrainedSupernets::close);
            throw e;
        }
    }

    /** Returns an evaluator under all runs together. */
    public Evaluator under(Ensemble how) {
        return remembering(how.name().toLowerCase(Locale.ROOT), evaluator.under(snapshots(trained), how));
    }

    /** Returns an evaluator under the first run alone, on the same images. */
    public Evaluator ofFirst() {
        return remembering("1", evaluator.under(trained.get(0).dictionaries()));
    }

    private Evaluator remembering(String what, Evaluator each) {
        String task = "evaluate, " + what + " of " + trained.size();
        return Evaluations.merging(
                first,
                new RememberingEvaluator(
                        new WatchedEvaluator(each, first.listener(), task), List.of(), evaluation -> {}));
    }

    /** For each snapshot the dictionaries of all runs after it. */
    private static List<List<SupernetMixture>> snapshots(List<TrainedSupernets> trained) {
        return IntStream.range(0, trained.get(0).dictionaries().size())
                .mapToObj(i ->
                        trained.stream().map(of -> of.dictionaries().get(i)).toList())
                .toList();
    }

    @Override
    public void close() {
        evaluator.close();
        trained.forEach(TrainedSupernets::close);
    }
}
