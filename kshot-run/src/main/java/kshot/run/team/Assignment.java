package kshot.run.team;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.store.StandaloneSetup;
import kshot.search.Scores;
import tools.jackson.databind.json.JsonMapper;

/** A message of rank 0 to the other ranks that says what to do next. */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
public sealed interface Assignment {
    /** The text form of messages. */
    JsonMapper JSON = new JsonMapper();

    /**
     * To load the images, to agree on everything that results depend on, and to join the collective.
     *
     * @param settings of the run, resolved, as nested maps
     * @param fingerprint of the images
     */
    record Prepare(Map<String, Object> settings, String fingerprint) implements Assignment {}

    /** To train the supernets with rank 0, from the state that it shares. */
    record TrainSupernets() implements Assignment {}

    /**
     * To train a network from scratch with rank 0, from the state that it shares.
     *
     * @param space its search space
     * @param name of the network there
     * @param repeat which training of it, from 1
     */
    record Retrain(String space, String name, int repeat) implements Assignment {}

    /**
     * To receive trained supernets.
     *
     * @param snapshots how many
     */
    record LoadSupernets(int snapshots) implements Assignment {}

    /** To score architectures under a snapshot of the supernets, and to answer for each, in order, with its scores. */
    record ScoreArchitectures(int snapshot, Codes codes, List<String> architectures) implements Assignment {}

    /** To score the untrained networks of architectures, and to answer for each, in order, with its scores. */
    record ScoreUntrained(List<String> architectures) implements Assignment {}

    /** To train architectures alone, each by one thread, and to answer for each, in order, with its scores and the seconds that it took. */
    record TrainAlone(StandaloneSetup setup, List<String> architectures) implements Assignment {}

    /** To forget the supernets. */
    record ReleaseSupernets() implements Assignment {}

    /**
     * An answer for one architecture.
     *
     * @param numbers by their names; none where its training diverged
     * @param divergence how that was; empty where it did not
     */
    record Answer(Map<String, Double> numbers, String divergence) {
        /** Copies the numbers. */
        public Answer {
            numbers = Map.copyOf(numbers);
        }

        /** Returns an answer with scores. */
        public static Answer of(Scores scores) {
            return new Answer(scores.byName(), "");
        }

        /** Returns the number of a name. */
        public double get(String name) {
            return Objects.requireNonNull(numbers.get(name), name);
        }
    }
}
