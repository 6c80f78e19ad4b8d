package kshot.app.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.app.store.EventWriter;
import kshot.app.store.RunStore;
import kshot.app.store.TrainingPoint;
import kshot.torch.TrainingStep;

/**
 * Keeps a training's steps as a few hundred points, each the mean over the steps since the one before, in the store and
 * for TensorBoard.
 */
final class TrainingLog implements AutoCloseable {
    private static final int POINTS = 400;

    private final RunStore store;
    private final EventWriter events;
    private final long every;
    private final Map<String, Window> windows = new HashMap<>();
    private final List<TrainingPoint> unsaved = new ArrayList<>();

    TrainingLog(RunStore store, EventWriter events, long steps) {
        this.store = store;
        this.events = events;
        this.every = Math.max(1, steps / POINTS);
    }

    /** Takes a step of a stage of the store; see {@link TrainingPoint}. */
    void add(String stage, TrainingStep step) {
        Window window = windows.computeIfAbsent(stage, s -> new Window(step.seconds()));
        window.add(step);
        if (window.steps >= every) {
            save(window.close(stage, step));
        }
    }

    private void save(TrainingPoint point) {
        events.write(point);
        unsaved.add(point);
        if (unsaved.size() >= POINTS / 20) {
            flush();
        }
    }

    /** The validation after an epoch, at the last step of it. */
    void addValidation(String stage, TrainingStep last, double loss, double accuracy) {
        TrainingPoint point = new TrainingPoint(
                stage,
                last.step() + 1,
                last.epoch(),
                last.seconds(),
                Double.NaN,
                Double.NaN,
                last.learningRate(),
                Double.NaN,
                loss,
                accuracy);
        save(point);
    }

    private void flush() {
        store.putTraining(unsaved);
        unsaved.clear();
    }

    @Override
    public void close() {
        flush();
        events.flush();
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

        void add(TrainingStep step) {
            steps++;
            images += step.images();
            loss += step.loss() * step.images();
            accuracy += step.accuracy() * step.images();
        }

        TrainingPoint close(String stage, TrainingStep last) {
            double elapsed = last.seconds() - since;
            TrainingPoint point = new TrainingPoint(
                    stage,
                    last.step(),
                    last.epoch(),
                    last.seconds(),
                    loss / images,
                    accuracy / images,
                    last.learningRate(),
                    elapsed > 0 ? images / elapsed : Double.NaN);
            since = last.seconds();
            steps = 0;
            images = 0;
            loss = 0;
            accuracy = 0;
            return point;
        }
    }
}
