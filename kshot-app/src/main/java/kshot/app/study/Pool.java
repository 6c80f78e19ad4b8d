package kshot.app.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import kshot.app.pipeline.Pipeline;
import kshot.app.pipeline.Run;
import kshot.app.terminal.Console;
import kshot.app.terminal.StopRequest;
import kshot.common.InvalidInputException;
import kshot.torch.Streams;

/**
 * The trained supernets that studies share: a run directory for each, in one folder. What stands there is used, what is
 * begun is finished, what is missing is trained, several at once, each on one thread: small networks keep one thread busy,
 * and two no better. Results do not depend on how many there are at once, nor on interruptions.
 */
public final class Pool {
    private final Path folder;
    private final int atOnce;
    private final Console console;
    private final StopRequest stop;

    /**
     * A pool.
     *
     * @param folder of the run directories; made if it is missing
     * @param atOnce members that are worked on at once, at least 1
     */
    public Pool(Path folder, int atOnce, Console console, StopRequest stop) {
        this.folder = folder;
        this.atOnce = atOnce;
        this.console = console;
        this.stop = stop;
    }

    /** What is done with a member once it is trained. */
    interface Use<T> {
        T of(Run run) throws IOException;
    }

    /**
     * Trains what is missing, and uses each member.
     *
     * @return what came of each, in the order of the members
     * @throws InvalidInputException if a directory holds a run of other settings
     * @throws kshot.app.terminal.StoppedException if the user wished to stop; the same call goes on
     */
    <T> List<T> each(List<Member> members, Use<T> use) throws IOException {
        forecast(members.stream()
                .filter(member -> !Run.isAt(folder.resolve(member.name())))
                .toList());
        return sideBySide(members, member -> trained(member, use));
    }

    private <T> List<T> sideBySide(List<Member> members, Function<Member, T> task) throws IOException {
        try (Streams streams = new Streams(Math.max(1, Math.min(atOnce, members.size())))) {
            int[] inOrder = IntStream.range(0, members.size()).map(i -> -i).toArray();
            return streams.run(inOrder, i -> task.apply(members.get(i)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Says how long it will take to train some members, measured on the first steps of one of each kind. */
    private void forecast(List<Member> missing) throws IOException {
        Map<String, Member> kinds = new LinkedHashMap<>();
        missing.forEach(member -> kinds.putIfAbsent(member.kind(), member));
        List<Double> seconds = sideBySide(List.copyOf(kinds.values()), this::forecast);
        List<String> names = List.copyOf(kinds.keySet());
        double all = missing.stream()
                .mapToDouble(member -> seconds.get(names.indexOf(member.kind())))
                .sum();
        if (!missing.isEmpty()) {
            console.say("forecast: " + missing.size() + " trainings of supernets, about " + Console.time(all / atOnce)
                    + " in all, and what they are used for");
        }
    }

    private double forecast(Member member) {
        stop.check();
        try (Run run = open(member)) {
            return Pipeline.forecastTraining(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T trained(Member member, Use<T> use) {
        stop.check();
        try (Run run = open(member)) {
            Pipeline.run(run, Pipeline.Step.TRAIN);
            return use.of(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Run open(Member member) throws IOException {
        Path directory = Files.createDirectories(folder).resolve(member.name());
        Console ofMember = console.of(member.name());
        return Run.isAt(directory)
                ? Run.open(
                        directory,
                        settings -> member.settings().requireAgreement(settings, "in this study", "in " + directory),
                        ofMember,
                        stop)
                : Run.create(directory, member.settings(), ofMember, stop);
    }
}
