package kshot.app.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kshot.common.Seed;

/**
 * Gives a {@link Target} changed files and notes what escapes: an exception or error that is no refusal, no answer in
 * time, a file that was not there before. Input i is a function of the seed, the target and i.
 */
final class Fuzzer {
    private static final int MOST_ESCAPES = 20;
    private static final int MOST_ATTEMPTS_TO_SHORTEN = 500;

    /**
     * What must not happen.
     *
     * @param target the reader
     * @param seed of the run
     * @param input number of the input, from 0
     * @param problem what happened
     * @param saved folder that has the input, made as short as it could be
     */
    record Escape(String target, long seed, int input, String problem, Path saved) {
        @Override
        public String toString() {
            return target + ", seed " + seed + ", input " + input + ", saved in " + saved + ": " + problem;
        }
    }

    /**
     * What became of the inputs.
     *
     * @param target the reader
     * @param seed of the run
     * @param accepted inputs that were read
     * @param refused inputs that were refused as they should be
     * @param escapes one for each problem
     */
    record Result(String target, long seed, int accepted, int refused, List<Escape> escapes) {
        @Override
        public String toString() {
            return target + ", seed " + seed + ": " + (accepted + refused) + " inputs, " + accepted + " read, "
                    + refused + " refused; " + escapes.size() + " escapes";
        }
    }

    /** What became of one input: read; refused, and why; or a problem, under the place where it comes from. */
    private record Outcome(boolean refused, String place, String problem) {
        static final Outcome READ = new Outcome(false, "", "");

        boolean isEscape() {
            return !place.isEmpty();
        }
    }

    private final Path watched;
    private final Path saved;
    private final Seed seed;
    private final Duration limit;

    /**
     * A fuzzer.
     *
     * @param watched folder in which files are put for the readers, and nothing else may appear: best the one for
     *     temporary files
     * @param saved where inputs are kept that escape
     * @param seed of all inputs
     * @param limit time that a reader has for an input
     */
    Fuzzer(Path watched, Path saved, Seed seed, Duration limit) {
        this.watched = watched;
        this.saved = saved;
        this.seed = seed;
        this.limit = limit;
    }

    /**
     * Runs a target on changed files, after making sure that it reads its samples as they are.
     *
     * @param inputs how many
     */
    Result run(Target target, int inputs) throws IOException {
        ExecutorService thread = Executors.newSingleThreadExecutor(Fuzzer::daemon);
        try {
            for (Map<String, byte[]> sample : target.samples()) {
                Outcome outcome = read(target, sample, thread);
                if (!outcome.equals(Outcome.READ)) {
                    throw new IllegalArgumentException(
                            target + " does not read its own sample " + sample.keySet() + ": " + outcome.problem);
                }
            }
            return run(target, inputs, thread);
        } finally {
            thread.shutdownNow();
            put(Map.of());
        }
    }

    /** A reader that hangs must not keep the virtual machine alive. */
    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fuzz");
        thread.setDaemon(true);
        return thread;
    }

    private Result run(Target target, int inputs, ExecutorService thread) throws IOException {
        int accepted = 0;
        int refused = 0;
        Map<String, Escape> escapes = new LinkedHashMap<>();
        for (int i = 0; i < inputs && escapes.size() < MOST_ESCAPES; i++) {
            Map<String, byte[]> input = input(target, i);
            Outcome outcome = read(target, input, thread);
            if (outcome.isEscape() && !escapes.containsKey(outcome.place)) {
                Map<String, byte[]> shortest = isHang(outcome) ? input : shortened(target, input, outcome, thread);
                Path folder = saved.resolve(target + "-" + seed.value() + "-" + i);
                write(folder, shortest);
                escapes.put(outcome.place, new Escape(target.name(), seed.value(), i, outcome.problem, folder));
            }
            if (isHang(outcome)) {
                break; // Its thread is lost.
            }
            accepted += outcome.equals(Outcome.READ) ? 1 : 0;
            refused += outcome.refused ? 1 : 0;
        }
        return new Result(target.name(), seed.value(), accepted, refused, List.copyOf(escapes.values()));
    }

    private static final String HANG = "no answer";

    private static boolean isHang(Outcome outcome) {
        return outcome.place.equals(HANG);
    }

    /** One or two files of a sample changed. */
    private Map<String, byte[]> input(Target target, int i) {
        SplittableRandom random = seed.generator(target.name(), i);
        Mutator mutator = new Mutator(random, target.text());
        Map<String, byte[]> sample =
                target.samples().get(random.nextInt(target.samples().size()));
        Map<String, byte[]> input = new LinkedHashMap<>(sample);
        List<String> names = List.copyOf(sample.keySet());
        do {
            String name = names.get(random.nextInt(names.size()));
            Map<String, byte[]> donor =
                    target.samples().get(random.nextInt(target.samples().size()));
            byte[] file = sample.get(name);
            input.put(name, mutator.mutate(file, donor.getOrDefault(name, file)));
        } while (random.nextInt(4) == 0);
        return input;
    }

    private Outcome read(Target target, Map<String, byte[]> input, ExecutorService thread) throws IOException {
        Path folder = put(input);
        List<Path> before = everything();
        Future<?> reading = thread.submit(() -> {
            target.reader().read(folder);
            return null;
        });
        try {
            reading.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable problem = e.getCause();
            if (!target.refuses(problem)) {
                return new Outcome(false, place(problem), stack(problem));
            }
            return left(before, new Outcome(true, "", String.valueOf(problem.getMessage())));
        } catch (TimeoutException e) {
            return new Outcome(false, HANG, HANG + " in " + limit.toSeconds() + " s: " + stacks());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return left(before, Outcome.READ);
    }

    private Outcome left(List<Path> before, Outcome otherwise) throws IOException {
        List<Path> after = everything();
        return after.equals(before) ? otherwise : new Outcome(false, "files", "files after it: " + after);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(watched)) {
            return files.sorted().toList();
        }
    }

    /** Where a problem comes from: equal for inputs that show the same one. */
    private static String place(Throwable problem) {
        return problem.getClass().getName()
                + Arrays.stream(problem.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith("kshot."))
                        .findFirst()
                        .map(frame -> " in " + frame)
                        .orElse("");
    }

    private static String stack(Throwable problem) {
        return problem
                + Arrays.stream(problem.getStackTrace())
                        .limit(12)
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining());
    }

    private static String stacks() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals("fuzz"))
                .flatMap(entry -> Arrays.stream(entry.getValue()))
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }

    /** Cuts blocks out of the files, ever smaller ones, as long as the same problem stays. */
    private Map<String, byte[]> shortened(
            Target target, Map<String, byte[]> input, Outcome outcome, ExecutorService thread) throws IOException {
        Map<String, byte[]> shortest = new LinkedHashMap<>(input);
        int attempts = 0;
        for (String name : input.keySet()) {
            for (int block = shortest.get(name).length / 2; block > 0; block /= 2) {
                for (int at = 0; at + block <= shortest.get(name).length; ) {
                    byte[] file = shortest.get(name);
                    Map<String, byte[]> shorter = new LinkedHashMap<>(shortest);
                    shorter.put(name, without(file, at, block));
                    Outcome now = attempts++ < MOST_ATTEMPTS_TO_SHORTEN ? read(target, shorter, thread) : Outcome.READ;
                    if (now.place.equals(outcome.place)) {
                        shortest = shorter;
                    } else {
                        at += block;
                    }
                    if (isHang(now)) {
                        return shortest;
                    }
                }
            }
        }
        return shortest;
    }

    private static byte[] without(byte[] file, int from, int length) {
        byte[] result = Arrays.copyOf(file, file.length - length);
        System.arraycopy(file, from + length, result, from, file.length - from - length);
        return result;
    }

    /** Makes the input folder hold these files and no others. */
    private Path put(Map<String, byte[]> input) throws IOException {
        Path folder = watched.resolve("input");
        List<Path> old = new ArrayList<>();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(old::add);
            }
        }
        for (Path file : old) {
            Files.delete(file);
        }
        write(folder, input);
        return folder;
    }

    private static void write(Path folder, Map<String, byte[]> input) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> file : new TreeMap<>(input).entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }
}
