package kshot.search.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Scores;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.testing.ToySpace;
import org.junit.jupiter.api.Test;

/** A score that counts all choices, and trainings in which the blocks of the first two layers count the other way round. */
class SurrogateSearchTest {
    private static final SearchSpace SPACE = new ToySpace(4);

    private final List<List<Architecture>> batches = new ArrayList<>();

    private static double score(Architecture architecture) {
        return architecture.stream().sum();
    }

    private static double truth(Architecture architecture) {
        return score(architecture) - 6 * architecture.choice(0) - 6 * architecture.choice(2);
    }

    private Evaluator training() {
        return (population, results) -> {
            batches.add(List.copyOf(population));
            population.forEach(architecture ->
                    results.accept(Evaluation.of(SPACE, architecture, Scores.of("r", truth(architecture)))));
        };
    }

    private static List<Evaluation> all() {
        return IntStream.range(0, 6 * 6 * 6 * 6)
                .mapToObj(i -> Architecture.of(
                        i % 2, i / 2 % 3, i / 6 % 2, i / 12 % 3, i / 36 % 2, i / 72 % 3, i / 216 % 2, i / 432))
                .map(architecture -> Evaluation.of(SPACE, architecture, Scores.of("s", score(architecture))))
                .toList();
    }

    private List<Evaluation> search(int count, int batch, List<Evaluation> candidates) {
        batches.clear();
        return new SurrogateSearch(count, batch)
                .run(SPACE, candidates, "s", training(), "r", new Seed(1).generator("surrogate search"));
    }

    /** The best has 0 for both blocks: 10. By the score it shares its place, from 54 on, with many others. */
    @Test
    void findsWhatTheScoreIsWrongAbout() {
        List<Evaluation> trained = search(36, 4, all());
        assertThat(batches).extracting(List::size).containsExactly(12, 4, 4, 4, 4, 4, 4);
        assertThat(trained).extracting(Evaluation::architecture).hasSize(36).doesNotHaveDuplicates();
        assertThat(batches.get(0).subList(0, 6))
                .extracting(SurrogateSearchTest::score)
                .containsExactly(12.0, 11.0, 11.0, 11.0, 11.0, 11.0);
        assertThat(batches.get(0).subList(6, 12))
                .as("drawn from all")
                .extracting(SurrogateSearchTest::score)
                .anyMatch(score -> score < 9);
        assertThat(trained).extracting(e -> e.score("r")).contains(10.0);
        assertThat(trained).allMatch(e -> e.score("s") == score(e.architecture()));
        List<List<Architecture>> before = List.copyOf(batches);
        assertThat(search(36, 4, all())).isEqualTo(trained);
        assertThat(batches).isEqualTo(before);
    }

    @Test
    void trainsNoMoreThanThereAre() {
        List<Evaluation> few = all().subList(0, 5);
        assertThat(search(36, 4, few)).containsExactlyInAnyOrderElementsOf(withResults(few));
        assertThat(search(6, 4, all())).hasSize(6);
        assertThat(batches).extracting(List::size).containsExactly(4, 2);
        assertThat(search(2, 4, all())).hasSize(2);
    }

    private List<Evaluation> withResults(List<Evaluation> evaluations) {
        return evaluations.stream()
                .map(e -> new Evaluation(e.architecture(), e.scores().with("r", truth(e.architecture())), e.cost()))
                .toList();
    }
}
