package kshot.run.evaluate;

import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.run.DataSplits;
import kshot.run.RunContext;
import kshot.run.progress.RunListener;
import kshot.run.store.StandaloneSetup;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
import kshot.tensor.Device;
import kshot.train.Inference;
import kshot.train.RetrainSettings;
import kshot.train.Retrainer;
import kshot.weights.StandaloneWeights;

/**
 * The recipe by which architectures are trained alone: that of the retraining, in other epochs and perhaps with smaller
 * networks, on the images of a setup.
 *
 * @param space of the networks
 * @param settings of the training
 * @param images in the size of the networks
 * @param training the images that train
 * @param test the images that test
 * @param seed of the training
 * @param device that trains
 */
public record StandaloneRecipe(
        SearchSpace space,
        RetrainSettings settings,
        DataSplits images,
        ImageSet training,
        EvaluationBatches test,
        Seed seed,
        Device device) {

    /** Returns the recipe of a setup in a run; loads images if the networks take another size. */
    public static StandaloneRecipe of(RunContext context, StandaloneSetup setup, RunListener listener) {
        DataSplits images = context.images().resized(setup.standIn().imageSize(), listener);
        RetrainSettings whole = context.settings().retrain();
        boolean chooses = setup.images() == StandaloneSetup.Images.SEARCH;
        ImageSet training = chooses
                ? images.supernetTraining()
                : images.retraining(whole.validationFraction()).get(0);
        ImageSet test = chooses ? images.heldOut() : images.dataset().test();
        return new StandaloneRecipe(
                context.spaces().standIn(setup.standIn()),
                whole.shortened(setup.epochs()),
                images,
                images.atMost(training, setup.most(), "standalone"),
                images.inference(test),
                context.seed().derive("standalone", setup.seed()),
                context.device());
    }

    /** Returns the training of an architecture at its start; the caller closes it. */
    public Retrainer trainer(Architecture architecture) {
        return new Retrainer(
                space.network(architecture),
                settings,
                images.retrainBatches(training, settings.batchSize(), seed),
                null,
                seed,
                device,
                Collective.ALONE);
    }

    /** Returns how well an architecture does with the weights that its training has come to. */
    Inference.Score test(Architecture architecture, StandaloneWeights weights) {
        return Inference.score(space.network(architecture), weights, test);
    }
}
