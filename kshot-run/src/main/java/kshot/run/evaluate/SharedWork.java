package kshot.run.evaluate;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import kshot.run.team.Assignment;
import kshot.run.team.Team;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * Work on architectures that ranks share: number i belongs to rank i mod N. Results come in the order of the architectures, and are those
 * of one rank.
 *
 * @param <T> what comes of an architecture
 * @param team the ranks
 * @param space of the architectures
 * @param own does the work of this rank, and hands results over in order
 * @param assignment makes the order of another rank to do some, by their names
 * @param ofOther makes a result of another rank's answer
 */
record SharedWork<T>(
        Team team,
        SearchSpace space,
        BiConsumer<List<Architecture>, Consumer<T>> own,
        Function<List<String>, Assignment> assignment,
        BiFunction<Architecture, Assignment.Answer, T> ofOther) {

    /** Does it. */
    void run(List<Architecture> architectures, Consumer<T> results) {
        for (int rank = 1; rank < team.size(); rank++) {
            List<Architecture> others = share(rank, architectures);
            if (!others.isEmpty()) {
                team.assign(
                        rank,
                        assignment.apply(others.stream().map(space::format).toList()));
            }
        }
        AtomicInteger next = new AtomicInteger();
        own.accept(share(0, architectures), result -> {
            results.accept(result);
            int i = next.addAndGet(team.size()) - team.size();
            for (int rank = 1; rank < team.size() && i + rank < architectures.size(); rank++) {
                results.accept(ofOther.apply(architectures.get(i + rank), team.answer(rank)));
            }
        });
    }

    private List<Architecture> share(int rank, List<Architecture> architectures) {
        return IntStream.iterate(rank, i -> i < architectures.size(), i -> i + team.size())
                .mapToObj(architectures::get)
                .toList();
    }
}
