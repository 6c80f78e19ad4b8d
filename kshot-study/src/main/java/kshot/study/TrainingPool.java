package kshot.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kshot.common.InvalidInputException;
import kshot.run.Run;
import kshot.run.RunDirectory;
import kshot.run.pipeline.Forecast;
import kshot.run.pipeline.Pipeline;
import kshot.run.progress.ElapsedTime;
import kshot.run.progress.RunListener;
import kshot.run.settings.Predictors;
import kshot.tensor.ParallelPasses;

/**
 * The trained supernets that studies share: a run directory for each, in one folder. What stands there is used, what is
 * begun is finished, what is missing is trained, several at once, each on one thread: small networks keep one thread busy,
 * and two no better. Results do not depend on how many there are at once, nor on interruptions.
 */
public final class TrainingPool {
    private final Path folder;
    private final int atOnce;
    private final RunListener listener;

    /**
     * Creates a pool over a folder.
     *
     * @param folder of the run directories; made if it is missing
     * @param atOnce members that are worked on at once, at least 1
     */
    public TrainingPool(Path folder, int atOnce, RunListener listener) {
        this.folder = folder;
        this.atOnce = atOnce;
        this.listener = listener;
    }

    /** Returns how many members are worked on at once. */
    int atOnce() {
        return atOnce;
    }

    /** A use of a member that is trained. */
    interface Use<T> {
        T of(Run run) throws IOException;
    }

    /**
     * Trains what is missing, and uses each member.
     *
     * @return the results of the uses, in the order of the members
     * @throws InvalidInputException if a directory holds a run of other settings
     * @throws kshot.run.progress.StoppedException if the user wished to stop; the same call goes on
     */
    <T> List<T> each(List<TrainingSpec> members, Use<T> use) throws IOException {
        forecast(members.stream()
                .filter(member -> !RunDirectory.hasTraining(folder.resolve(member.name())))
                .toList());
        return sideBySide(members, member -> trained(member, use));
    }

    /** Trains what is missing, with one forecast for all. */
    void train(List<TrainingSpec> members) throws IOException {
        each(members, run -> run.directory().path());
    }

    /** Uses a member as it stands, trained or not. */
    <T> T asItStands(TrainingSpec member, Use<T> use) throws IOException {
        try (Run run = open(member)) {
            return use.of(run);
        }
    }

    /**
     * A pair of members.
     *
     * @param first one of them
     * @param second the other
     */
    record Pair(TrainingSpec first, TrainingSpec second) {}

    /** A use of two members that are trained. */
    interface UseOfPair<T> {
        T of(Run first, Run second) throws IOException;
    }

    /**
     * Uses pairs of members that are trained. No member is in two of them.
     *
     * @return the results of the uses, in the order of the pairs
     */
    <T> List<T> eachPair(List<Pair> pairs, UseOfPair<T> use) throws IOException {
        return sideBySide(pairs, pair -> used(pair, use));
    }

    private <T> T used(Pair pair, UseOfPair<T> use) {
        listener.stop().check();
        try (Run first = open(pair.first);
                Run second = open(pair.second)) {
            return use.of(first, second);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The choice of the member that repeats a setup with a seed. */
    interface OfSeed<S> {
        TrainingSpec of(S setup, long seed);
    }

    /**
     * Trains and uses members that repeat setups; see {@link #each(List, Use)}.
     *
     * @param setups different ones
     * @param seeds of each setup, from 1
     * @return for each setup, in order, the results of its seeds
     */
    <S, T> Map<S, List<T>> each(List<S> setups, int seeds, OfSeed<S> member, Use<T> use) throws IOException {
        List<TrainingSpec> members = setups.stream()
                .flatMap(setup -> LongStream.rangeClosed(1, seeds).mapToObj(seed -> member.of(setup, seed)))
                .toList();
        List<T> results = each(members, use);
        Map<S, List<T>> bySetup = new LinkedHashMap<>();
        for (int i = 0; i < setups.size(); i++) {
            bySetup.put(setups.get(i), results.subList(i * seeds, (i + 1) * seeds));
        }
        return bySetup;
    }

    private <M, T> List<T> sideBySide(List<M> things, Function<M, T> task) throws IOException {
        try (ParallelPasses streams = new ParallelPasses(Math.max(1, Math.min(atOnce, things.size())))) {
            int[] inOrder = IntStream.range(0, things.size()).map(i -> -i).toArray();
            return streams.run(inOrder, i -> task.apply(things.get(i)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Says how long it will take to train some members, measured on the first steps of one of each kind. */
    private void forecast(List<TrainingSpec> missing) throws IOException {
        Map<String, TrainingSpec> kinds = new LinkedHashMap<>();
        missing.forEach(member -> kinds.putIfAbsent(member.kind(), member));
        List<Double> seconds = sideBySide(List.copyOf(kinds.values()), this::forecast);
        List<String> names = List.copyOf(kinds.keySet());
        double all = missing.stream()
                .mapToDouble(member -> seconds.get(names.indexOf(member.kind())))
                .sum();
        if (all > 0) {
            listener.say("forecast: " + missing.size() + " trainings of supernets, about "
                    + ElapsedTime.format(all / atOnce) + " in all, and what they are used for");
        }
    }

    private double forecast(TrainingSpec member) {
        listener.stop().check();
        try (Run run = open(member)) {
            boolean supernets =
                    Predictors.needSupernets(run.context().settings().search().score());
            return supernets ? Forecast.training(run.context()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T trained(TrainingSpec member, Use<T> use) {
        listener.stop().check();
        try (Run run = open(member)) {
            Pipeline.run(run, Pipeline.Stage.TRAIN);
            return use.of(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Run open(TrainingSpec member) throws IOException {
        Path directory = Files.createDirectories(folder).resolve(member.name());
        RunListener ofMember = listener.of(member.name());
        return RunDirectory.isAt(directory)
                ? Run.open(
                        directory,
                        settings -> member.settings().requireAgreement(settings, "in this study", "in " + directory),
                        ofMember)
                : Run.create(directory, member.settings(), ofMember);
    }
}
