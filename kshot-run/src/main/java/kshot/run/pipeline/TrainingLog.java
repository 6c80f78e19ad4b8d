package kshot.run.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kshot.run.store.EventWriter;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.train.Inference;
import kshot.train.TrainingStep;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a training's steps as a few hundred points, each the mean over the steps since the one before, in the store and
 * for TensorBoard. A training that goes on has the same points as one that was never interrupted, but for the times.
 */
final class TrainingLog implements AutoCloseable {
    private static final int POINTS = 400;
    private static final String NOTE = "log.";

    private final RunStore store;
    private final EventWriter events;
    private final Map<TrainingStep.Stage, String> stages;
    private final long every;
    private final long start = System.nanoTime();
    private final double before;
    private final Map<String, Window> windows = new HashMap<>();
    private final List<TrainingPoint> unsaved = new ArrayList<>();

    /**
     * A log of a training that begins or goes on now.
     *
     * @param stages what the stages of the training are called in the store; see {@link TrainingPoint}
     * @param steps of the whole training
     */
    TrainingLog(RunStore store, EventWriter events, Map<TrainingStep.Stage, String> stages, long steps) {
        this.store = store;
        this.events = events;
        this.stages = Map.copyOf(stages);
        this.every = Math.max(1, steps / POINTS);
        this.before = stages.values().stream()
                .flatMap(stage -> store.training(stage).stream())
                .mapToDouble(TrainingPoint::seconds)
                .max()
                .orElse(0);
    }

    /** Forgets everything from a step on, and goes on from the notes that were taken there. */
    void goOn(long step, Map<String, String> notes) {
        unsaved.clear();
        windows.clear();
        for (String stage : stages.values()) {
            store.forgetTraining(stage, step);
            String note = notes.get(NOTE + stage);
            if (note != null) {
                windows.put(stage, Window.of(note, seconds()));
            }
        }
    }

    /** Returns the state of the steps since the last points, as text, for a checkpoint. */
    Map<String, String> notes() {
        Map<String, String> notes = new HashMap<>();
        windows.forEach((stage, window) -> notes.put(NOTE + stage, window.note()));
        return notes;
    }

    /** Time since the training began, without interruptions. */
    private double seconds() {
        return before + (System.nanoTime() - start) / 1e9;
    }

    /** Takes a step; one with a validation becomes a point in any case. */
    void add(TrainingStep step) {
        if (step.stage() == TrainingStep.Stage.NOTHING) {
            return;
        }
        String stage = Objects.requireNonNull(stages.get(step.stage()));
        Window window = windows.computeIfAbsent(stage, s -> new Window(before));
        window.add(step);
        if (window.steps >= every || step.validation() != null) {
            save(window.close(stage, step, seconds()));
        }
    }

    private void save(TrainingPoint point) {
        events.write(point);
        unsaved.add(point);
        if (unsaved.size() >= POINTS / 20) {
            flush();
        }
    }

    /** Puts everything so far on the disk. */
    void flush() {
        store.putTraining(unsaved);
        unsaved.clear();
        events.flush();
    }

    @Override
    public void close() {
        flush();
    }

    /** Sums since the last point. */
    private static final class Window {
        private double since;
        private long steps;
        private long images;
        private double loss;
        private double accuracy;

        Window(double since) {
            this.since = since;
        }

        static Window of(String note, double since) {
            String[] sums = note.split(" ", -1);
            Window window = new Window(since);
            window.steps = Long.parseLong(sums[0]);
            window.images = Long.parseLong(sums[1]);
            window.loss = Double.parseDouble(sums[2]);
            window.accuracy = Double.parseDouble(sums[3]);
            return window;
        }

        String note() {
            return steps + " " + images + " " + loss + " " + accuracy;
        }

        void add(TrainingStep step) {
            steps++;
            images += step.images();
            loss += step.loss() * step.images();
            accuracy += step.accuracy() * step.images();
        }

        TrainingPoint close(String stage, TrainingStep last, double now) {
            double elapsed = now - since;
            Inference.@Nullable Score validation = last.validation();
            TrainingPoint point = new TrainingPoint(
                    stage,
                    last.step(),
                    last.epoch(),
                    now,
                    loss / images,
                    accuracy / images,
                    last.learningRate(),
                    elapsed > 0 ? images / elapsed : Double.NaN,
                    validation == null ? Double.NaN : -validation.logLikelihood(),
                    validation == null ? Double.NaN : validation.accuracy());
            since = now;
            steps = 0;
            images = 0;
            loss = 0;
            accuracy = 0;
            return point;
        }
    }
}
