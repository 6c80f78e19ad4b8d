package kshot.search.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import kshot.common.Range;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.SearchResult;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * Sequential model-based optimisation (Hutter, Hoos and Leyton-Brown 2011, doi:10.1007/978-3-642-25566-3_40) of what is expensive to
 * know: a few architectures are trained, a {@linkplain Surrogate surrogate} is fitted to what came of them, those of which it expects
 * the most are trained next, and so on.
 *
 * <p>A third is trained before the first fit: half of them the best by the score that all have, half drawn among the others, for
 * without these the surrogate could not learn where the score is wrong.
 *
 * @param count how many are trained, at least 1; fewer if there are no more candidates
 * @param batch how many are trained between two fits, at least 1
 */
public record SurrogateSearch(int count, int batch) {
    public SurrogateSearch {
        Range.atLeast(1).require("count", count);
        Range.atLeast(1).require("batch", batch);
    }

    /**
     * Trains candidates.
     *
     * @param candidates with the score, no two of which are the same network
     * @param score name of the score
     * @param training returns what comes of architectures
     * @param result name of the score that says what came of a training
     * @return those that were trained, in order, with the scores of the candidates and of the trainings
     */
    public List<Evaluation> run(
            SearchSpace space,
            List<Evaluation> candidates,
            String score,
            Evaluator training,
            String result,
            RandomGenerator random) {
        List<Evaluation> best =
                candidates.stream().sorted(SearchResult.bestFirst(score)).toList();
        List<Evaluation> trained = new ArrayList<>();
        train(first(best, random), training, trained);
        while (trained.size() < Math.min(count, candidates.size())) {
            Surrogate surrogate = Surrogate.of(space, score, candidates, trained, result);
            train(next(best, trained, surrogate), training, trained);
        }
        return trained;
    }

    private List<Evaluation> first(List<Evaluation> best, RandomGenerator random) {
        int size = Math.min(best.size(), Math.max(Math.min(count, batch), count / 3));
        Set<Evaluation> first = new LinkedHashSet<>(best.subList(0, (size + 1) / 2));
        while (first.size() < size) {
            first.add(best.get(random.nextInt(best.size())));
        }
        return List.copyOf(first);
    }

    private List<Evaluation> next(List<Evaluation> best, List<Evaluation> trained, Surrogate surrogate) {
        Set<Architecture> known = trained.stream().map(Evaluation::architecture).collect(Collectors.toSet());
        return best.stream()
                .filter(evaluation -> !known.contains(evaluation.architecture()))
                .map(evaluation -> new Expected(evaluation, surrogate.of(evaluation)))
                .sorted(Comparator.comparingDouble(expected -> -expected.value))
                .map(Expected::evaluation)
                .limit(Math.min(batch, count - trained.size()))
                .toList();
    }

    private record Expected(Evaluation evaluation, double value) {}

    private static void train(List<Evaluation> chosen, Evaluator training, List<Evaluation> trained) {
        List<Evaluation> results =
                training.evaluate(chosen.stream().map(Evaluation::architecture).toList());
        for (int i = 0; i < chosen.size(); i++) {
            trained.add(chosen.get(i).with(results.get(i).scores()));
        }
    }
}
