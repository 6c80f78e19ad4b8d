package kshot.app.cli;

import kshot.app.bench.LoadingReport;
import kshot.app.bench.Workload;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Dataset;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.run.settings.Host;
import kshot.space.SearchSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kshot bench loading}: how fast the images of a data set come, and whether a training waits for them. */
@Command(name = "loading", description = "Images per second of loading alone, and how long a training waits for them.")
final class BenchLoadingCommand extends BenchCommand.OfTensors {
    @Option(
            names = "--data",
            paramLabel = "D",
            defaultValue = Datasets.SAMPLE,
            description = "Images, in the size of the space: 'sample' (bundled), or a folder or file. Default:"
                    + " ${DEFAULT-VALUE}.")
    private String data;

    @Option(
            names = "--train",
            description = "Also train supernets of the space on these images, and on a batch of them in the heap.")
    private boolean train;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "1",
            description = "Number of supernets of the training. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "Time of one measurement in a round. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds, after one that does not count. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the order of images, and of the training. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    void prepare() {
        super.prepare();
        InvalidInputException.require(seconds > 0 && seconds <= 3600, "--seconds", seconds, "more than 0, up to 3600");
        InvalidInputException.require(rounds >= 1 && rounds <= 1000, "--rounds", rounds, "from 1 to 1000");
    }

    @Override
    String measure(SearchSpace space, Console console) {
        Dataset dataset = Datasets.load(
                data,
                DataOptions.defaults()
                        .withImageSize(space.input().height())
                        .withSeed(new Seed(seed))
                        .withCacheDirectory(Host.cacheDirectory()));
        SearchSpace adapted =
                space.adapt(dataset.inputShape(), dataset.train().classes().size());
        LoadingReport report = LoadingReport.measure(
                dataset,
                adapted,
                Workload.settings(adapted, k, batch, 1, 1, dtype.precision()),
                train,
                seconds,
                rounds,
                new Seed(seed),
                console);
        return json ? Json.document(report) : Rows.table(report.lines());
    }
}
