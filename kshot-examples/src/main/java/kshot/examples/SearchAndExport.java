package kshot.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kshot.common.Seed;
import kshot.data.Dataset;
import kshot.data.Split;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.network.Network;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxWriter;
import kshot.predict.SupernetEvaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.Scores;
import kshot.search.SearchSettings;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.train.Inference;
import kshot.train.RetrainSettings;
import kshot.train.Retrainer;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.weights.SupernetMixture;

/** A program that finds a network for a folder of images, trains it and writes it as ONNX: images, limit of FLOPs, file. */
public final class SearchAndExport {
    private SearchAndExport() {}

    /** Entry point. */
    public static void main(String[] arguments) throws IOException {
        Seed seed = new Seed(1);
        Dataset data = Datasets.load(arguments[0], DataOptions.defaults().withImageSize(32));
        SearchSpace space = Spaces.named("small")
                .adapt(data.inputShape(), data.train().classes().size());
        Limits limits = Limits.NONE.withMaxFlops(Long.parseLong(arguments[1]));
        FeasibleSampler.requireReachable(space, limits);

        SupernetSettings supernet = SupernetSettings.quick().withK(2).withEpochs(10);
        Split split = data.train().split(0.2, seed);
        Architecture winner;
        try (SupernetTrainer trainer = new SupernetTrainer(
                        space, supernet, data.trainingBatches(split.first(), supernet.batchSize(), seed), seed);
                SupernetEvaluator evaluator = new SupernetEvaluator(
                        space, space, trainer.executor(), data.evaluationBatches(split.second(), 512))) {
            trainer.train(trainer.steps(), step -> {});
            SupernetMixture trained = trainer.mixture();
            winner = new Nsga2(
                            space,
                            limits,
                            SearchSettings.quick().withScore(Scores.LOG_LIKELIHOOD),
                            seed,
                            evaluator.under(List.of(trained)))
                    .run()
                    .best()
                    .architecture();
        }

        RetrainSettings recipe = RetrainSettings.quick();
        Network network = space.network(winner);
        try (Retrainer retrainer = new Retrainer(
                network, recipe, data.trainingBatches(data.train(), recipe.batchSize(), seed), null, seed)) {
            retrainer.train(retrainer.steps(), step -> {});
            OnnxOptions options =
                    OnnxOptions.defaults().withClasses(data.train().classes());
            OnnxWriter.write(Path.of(arguments[2]), network, retrainer.last(), options);
            System.out.println(space.format(winner) + ": "
                    + Inference.score(network, retrainer.last(), data.evaluationBatches(data.test(), 500)));
        }
    }
}
