package kshot.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kshot.run.report.page.Json;
import kshot.run.store.TrainingPoint;
import org.jspecify.annotations.Nullable;

/**
 * One training as a chart draws it, thinned to at most {@value #MAX_POINTS} points: each is the mean of equally many
 * neighbours. What was not measured is null.
 *
 * @param name what the legend says
 * @param averaged how many logged points stand behind one that is drawn
 * @param epoch the x axis
 */
record Curve(
        String name,
        int averaged,
        List<@Nullable Double> epoch,
        List<@Nullable Double> loss,
        List<@Nullable Double> accuracy,
        List<@Nullable Double> learningRate,
        List<@Nullable Double> validationLoss,
        List<@Nullable Double> validationAccuracy) {
    static final int MAX_POINTS = 500;

    static Curve of(String name, List<TrainingPoint> points) {
        int bucket = Math.max(1, (points.size() + MAX_POINTS - 1) / MAX_POINTS);
        List<List<TrainingPoint>> buckets = IntStream.range(0, (points.size() + bucket - 1) / bucket)
                .mapToObj(i -> points.subList(i * bucket, Math.min((i + 1) * bucket, points.size())))
                .toList();
        return new Curve(
                name,
                bucket,
                means(buckets, TrainingPoint::epoch),
                means(buckets, TrainingPoint::loss),
                means(buckets, TrainingPoint::accuracy),
                means(buckets, TrainingPoint::learningRate),
                means(buckets, TrainingPoint::validationLoss),
                means(buckets, TrainingPoint::validationAccuracy));
    }

    private static List<@Nullable Double> means(
            List<List<TrainingPoint>> buckets, ToDoubleFunction<TrainingPoint> value) {
        List<@Nullable Double> means = new ArrayList<>(buckets.size());
        for (List<TrainingPoint> bucket : buckets) {
            means.add(Json.number(bucket.stream()
                    .mapToDouble(value)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN)));
        }
        return means;
    }
}
