package kshot.run.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.predict.JacobianCovariance;
import kshot.predict.SupernetScores;
import kshot.search.CostEvaluator;
import kshot.space.SearchSpace;

/** The names of the scores that a run can search and rank by. */
public final class Predictors {
    /** All names. */
    public static final List<String> NAMES = Stream.of(
                    SupernetScores.NAMES, CostEvaluator.NAMES, List.of(JacobianCovariance.NAME))
            .flatMap(List::stream)
            .toList();

    private Predictors() {}

    /**
     * Returns the kind of evidence that a score is: scores of one kind share one vote in a sum of log-ranks. What can be counted is one
     * kind in a sequence of layers, where all architectures have the same paths and the kernel extent is one more size. In a cell, the
     * paths are what is chosen, and a kind of their own.
     *
     * @param space of the architectures
     */
    public static String kind(String name, SearchSpace space) {
        if (SupernetScores.NAMES.contains(name)) {
            return "supernets";
        }
        if (CostEvaluator.PATHS.contains(name)) {
            return space.isSequential() ? "size" : "paths";
        }
        return CostEvaluator.SIZES.contains(name) ? "size" : "untrained";
    }

    /**
     * Returns names in lower case.
     *
     * @param setting what they are the value of, for the message
     * @throws InvalidInputException if they are not some of {@link #NAMES}, each once
     */
    public static List<String> requireKnown(String setting, List<String> names) {
        List<String> lower = names.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        lower.stream().filter(name -> !NAMES.contains(name)).findFirst().ifPresent(unknown -> {
            throw InvalidInputException.of(setting, "'" + unknown + "'", NAMES.toString());
        });
        InvalidInputException.require(
                !lower.isEmpty() && lower.stream().distinct().count() == lower.size(),
                setting,
                lower,
                "at least one of " + NAMES + ", each once");
        return lower;
    }

    /**
     * Checks the scores of runs whose supernets are to be compared.
     *
     * @throws InvalidInputException if none is of supernets, so that none would be trained
     */
    public static void requireSupernets(SettingsTree settings) {
        Object scores = settings.toMap().get("search") instanceof Map<?, ?> search ? search.get("score") : null;
        List<String> names = scores instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(scores));
        InvalidInputException.require(
                needSupernets(names),
                "search.score",
                names,
                "with one of " + SupernetScores.NAMES + " (--predictors), as supernets are compared");
    }

    /** Returns whether some scores are of supernets. */
    public static boolean needSupernets(List<String> names) {
        return names.stream().anyMatch(SupernetScores.NAMES::contains);
    }
}
