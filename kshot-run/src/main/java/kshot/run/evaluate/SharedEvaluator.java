package kshot.run.evaluate;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import kshot.network.Cost;
import kshot.predict.SupernetScores;
import kshot.run.team.Assignment;
import kshot.run.team.Team;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * An evaluator that shares architectures out: number i of a population belongs to rank i mod N. Results come in the order of the
 * population, and are those of one rank.
 *
 * @param team the ranks
 * @param space of the networks that are counted
 * @param own evaluates those of this rank
 * @param assignment makes the order of another rank to evaluate some
 */
record SharedEvaluator(
        Team team, SearchSpace space, Evaluator own, Function<List<String>, Assignment.ScoreArchitectures> assignment)
        implements Evaluator {
    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        for (int rank = 1; rank < team.size(); rank++) {
            List<Architecture> others = share(rank, population);
            if (!others.isEmpty()) {
                team.assign(
                        rank,
                        assignment.apply(others.stream().map(space::format).toList()));
            }
        }
        AtomicInteger next = new AtomicInteger();
        own.evaluate(share(0, population), evaluation -> {
            results.accept(evaluation);
            int i = next.addAndGet(team.size()) - team.size();
            for (int rank = 1; rank < team.size() && i + rank < population.size(); rank++) {
                results.accept(ofOther(rank, population.get(i + rank)));
            }
        });
    }

    private List<Architecture> share(int rank, List<Architecture> population) {
        return IntStream.iterate(rank, i -> i < population.size(), i -> i + team.size())
                .mapToObj(population::get)
                .toList();
    }

    private Evaluation ofOther(int rank, Architecture architecture) {
        Assignment.Score score = team.score(rank);
        return SupernetScores.evaluation(
                architecture, score.accuracy(), score.logLikelihood(), Cost.of(space.network(architecture)));
    }
}
