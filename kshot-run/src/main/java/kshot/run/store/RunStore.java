package kshot.run.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.simplex.SimplexCode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The run store: what a run measured, in the SQLite database {@value #FILE} of its run directory. Users read it with
 * {@code sqlite3}, also while the run goes on.
 *
 * <p>Every method is one transaction: what it writes is on the disk as a whole when it returns, and not at all if it
 * throws. Several threads may call.
 *
 * <p>A training or search that goes on from a checkpoint first forgets what was written after it, by
 * {@link #forgetTraining} and {@link #forgetArchitectures}, so that nothing stays of a future that was abandoned.
 */
public final class RunStore implements AutoCloseable {
    /** Name of the database in the run directory. */
    public static final String FILE = "run.db";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Path directory;
    private final Database database;

    private RunStore(Path directory) {
        this.directory = directory;
        this.database = Database.open(directory.resolve(FILE));
    }

    /**
     * Opens the store of a run directory; makes directory and store where they are missing.
     *
     * @throws InvalidInputException if that is impossible, or the store is not one that this version reads
     */
    public static RunStore create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new InvalidInputException("run directory " + directory + ": cannot be made: " + e, e);
        }
        return new RunStore(directory);
    }

    /**
     * Opens the store of a run directory that has one.
     *
     * @throws InvalidInputException if it has none, or one that this version does not read
     */
    public static RunStore open(Path directory) {
        InvalidInputException.require(
                Files.exists(directory.resolve(FILE)),
                "run directory",
                directory,
                "a folder with a " + FILE + ", made by kshot run or kshot train");
        return new RunStore(directory);
    }

    /** The run directory. */
    public Path directory() {
        return directory;
    }

    /** Adds points; one of the same stage and step replaces its predecessor. */
    public void putTraining(List<TrainingPoint> points) {
        database.update(
                Sql.PUT_TRAINING,
                points,
                p -> row(
                        p.stage(),
                        p.step(),
                        p.epoch(),
                        p.seconds(),
                        p.loss(),
                        p.accuracy(),
                        p.learningRate(),
                        p.imagesPerSecond(),
                        p.validationLoss(),
                        p.validationAccuracy()));
    }

    /** The points of a stage, by step. */
    public List<TrainingPoint> training(String stage) {
        return database.query(Sql.TRAINING, RunStore::trainingPoint, stage);
    }

    /** The stages that have points, by name. */
    public List<String> stages() {
        return database.query(Sql.STAGES, row -> row.getString(1));
    }

    /** Deletes the points of a stage from a step on. */
    public void forgetTraining(String stage, long fromStep) {
        database.updateOne(Sql.FORGET_TRAINING, stage, fromStep);
    }

    /** Adds evaluated architectures; a new evaluation of a known one replaces its predecessor. */
    public void putArchitectures(List<EvaluatedArchitecture> architectures) {
        database.update(
                Sql.PUT_ARCHITECTURE,
                architectures,
                a -> row(
                        a.arch(),
                        a.generation(),
                        a.accuracy(),
                        a.logLikelihood(),
                        a.flops(),
                        a.liveFlops(),
                        a.params(),
                        JSON.writeValueAsString(a.code().toArray()),
                        a.evaluatedAt().toString(),
                        a.score()));
    }

    /** All evaluated architectures, in the order of their first evaluation. */
    public List<EvaluatedArchitecture> architectures() {
        return database.query(Sql.ARCHITECTURES, RunStore::evaluatedArchitecture);
    }

    /** One evaluated architecture, by its text form. */
    public Optional<EvaluatedArchitecture> architecture(String arch) {
        return database.query(Sql.ARCHITECTURE, RunStore::evaluatedArchitecture, arch).stream()
                .findFirst();
    }

    /** Deletes the architectures that were evaluated in a generation or after it. */
    public void forgetArchitectures(int fromGeneration) {
        database.updateOne(Sql.FORGET_ARCHITECTURES, fromGeneration);
    }

    /** Adds evaluations of one setup; a new evaluation of a known architecture replaces its predecessor. */
    public void putEvaluations(EvaluationSetup setup, List<StoredEvaluation> evaluations) {
        database.update(
                Sql.PUT_EVALUATION,
                evaluations,
                e -> row(
                        setup.step(),
                        setup.images(),
                        setup.batchSize(),
                        setup.codes().label(),
                        e.arch(),
                        e.accuracy(),
                        e.logLikelihood(),
                        JSON.writeValueAsString(e.code().toArray()),
                        e.evaluatedAt().toString()));
    }

    /** The evaluations of one setup, by the text of their architectures. */
    public List<StoredEvaluation> evaluations(EvaluationSetup setup) {
        return database.query(
                Sql.EVALUATIONS,
                RunStore::storedEvaluation,
                setup.step(),
                setup.images(),
                setup.batchSize(),
                setup.codes().label());
    }

    /** Deletes the evaluations under supernets that had been trained for so many batches or more. */
    public void forgetEvaluations(long fromStep) {
        database.updateOne(Sql.FORGET_EVALUATIONS, fromStep);
    }

    /** Adds the score of an untrained network, or replaces it. */
    public void putPrediction(PredictionSetup setup, String arch, double score) {
        database.updateOne(
                Sql.PUT_PREDICTION,
                setup.predictor(),
                setup.images(),
                setup.initializations(),
                setup.standIn().label(),
                arch,
                score);
    }

    /** The scores of untrained networks in one setup, by the text of their architectures. */
    public Map<String, Double> predictions(PredictionSetup setup) {
        Map<String, Double> predictions = new LinkedHashMap<>();
        database.query(
                        Sql.PREDICTIONS,
                        row -> Map.entry(row.getString("arch"), row.getDouble("score")),
                        setup.predictor(),
                        setup.images(),
                        setup.initializations(),
                        setup.standIn().label())
                .forEach(entry -> predictions.put(entry.getKey(), entry.getValue()));
        return predictions;
    }

    /** Adds a training of an architecture alone, or replaces it. */
    public void putStandalone(StandaloneSetup setup, StandaloneTraining training) {
        database.updateOne(
                Sql.PUT_STANDALONE,
                setup.images().label(),
                setup.most(),
                setup.standIn().label(),
                setup.epochs(),
                setup.seed(),
                training.arch(),
                training.accuracy(),
                training.logLikelihood(),
                training.seconds(),
                training.trainedAt().toString());
    }

    /** The trainings of architectures alone in one setup, by the text of the architectures. */
    public List<StandaloneTraining> standalone(StandaloneSetup setup) {
        return database.query(
                Sql.STANDALONE,
                RunStore::standaloneTraining,
                setup.images().label(),
                setup.most(),
                setup.standIn().label(),
                setup.epochs(),
                setup.seed());
    }

    /** Deletes the training of an architecture alone in one setup. */
    public void forgetStandalone(StandaloneSetup setup, String arch) {
        database.updateOne(
                Sql.FORGET_STANDALONE,
                setup.images().label(),
                setup.most(),
                setup.standIn().label(),
                setup.epochs(),
                setup.seed(),
                arch);
    }

    /** Adds the trainings of a network; a new one of the same number replaces its predecessor, others stay. */
    public void putRetrained(Retrained retrained) {
        database.update(
                Sql.PUT_RETRAINED,
                retrained.trainings(),
                t -> row(
                        retrained.space(),
                        retrained.arch(),
                        t.repeat(),
                        retrained.kinds().stream().map(Retrained.Kind::label).collect(Collectors.joining(",")),
                        retrained.flops(),
                        retrained.params(),
                        retrained.searchAccuracy(),
                        t.testAccuracy(),
                        retrained.epochs(),
                        t.seconds()));
    }

    /** All networks that were trained from scratch, by the reason why they were. */
    public List<Retrained> retrained() {
        Map<List<String>, Retrained> networks = new LinkedHashMap<>();
        database.query(Sql.RETRAINED, RunStore::retrained)
                .forEach(r -> networks.merge(List.of(r.space(), r.arch()), r, Retrained::and));
        return networks.values().stream()
                .sorted(Comparator.comparing(r -> r.kinds().iterator().next()))
                .toList();
    }

    /** Deletes all retrained architectures: another winner makes them meaningless. */
    public void forgetRetrained() {
        database.updateOne(Sql.FORGET_RETRAINED);
    }

    /** Sets a fact. */
    public <T> void put(MetadataKey<T> fact, T value) {
        database.updateOne(Sql.PUT_FACT, fact.key(), JSON.writeValueAsString(value));
    }

    /** A fact, if it is known. */
    public <T> Optional<T> get(MetadataKey<T> fact) {
        return database.query(Sql.FACT, row -> row.getString(1), fact.key()).stream()
                .findFirst()
                .map(json -> JSON.readValue(json, fact.type()));
    }

    /** Deletes a fact: what it rested on is there no more. */
    public void forget(MetadataKey<?> fact) {
        database.updateOne(Sql.FORGET_FACT, fact.key());
    }

    @Override
    public void close() {
        database.close();
    }

    private static TrainingPoint trainingPoint(ResultSet row) throws SQLException {
        return new TrainingPoint(
                row.getString("stage"),
                row.getLong("step"),
                row.getDouble("epoch"),
                row.getDouble("seconds"),
                Database.real(row, "loss"),
                Database.real(row, "accuracy"),
                Database.real(row, "learning_rate"),
                Database.real(row, "images_per_second"),
                Database.real(row, "validation_loss"),
                Database.real(row, "validation_accuracy"));
    }

    private static EvaluatedArchitecture evaluatedArchitecture(ResultSet row) throws SQLException {
        return new EvaluatedArchitecture(
                row.getString("arch"),
                row.getInt("generation"),
                Database.real(row, "accuracy"),
                Database.real(row, "log_likelihood"),
                row.getLong("flops"),
                row.getLong("live_flops"),
                row.getLong("params"),
                code(row),
                Instant.parse(row.getString("evaluated_at")),
                Database.real(row, "score"));
    }

    private static StoredEvaluation storedEvaluation(ResultSet row) throws SQLException {
        return new StoredEvaluation(
                row.getString("arch"),
                row.getDouble("accuracy"),
                row.getDouble("log_likelihood"),
                code(row),
                Instant.parse(row.getString("evaluated_at")));
    }

    private static StandaloneTraining standaloneTraining(ResultSet row) throws SQLException {
        return new StandaloneTraining(
                row.getString("arch"),
                row.getDouble("accuracy"),
                row.getDouble("log_likelihood"),
                row.getDouble("seconds"),
                Instant.parse(row.getString("trained_at")));
    }

    private static SimplexCode code(ResultSet row) throws SQLException {
        return SimplexCode.of(JSON.readValue(row.getString("code"), float[].class));
    }

    /** A network with one of its trainings. */
    private static Retrained retrained(ResultSet row) throws SQLException {
        return new Retrained(
                row.getString("space"),
                row.getString("arch"),
                Arrays.stream(row.getString("kind").split(","))
                        .map(Retrained.Kind::of)
                        .collect(Collectors.toSet()),
                row.getLong("flops"),
                row.getLong("params"),
                Database.real(row, "search_accuracy"),
                row.getDouble("epochs"),
                List.of(new Retrained.Training(
                        row.getInt("repeat"), Database.real(row, "test_accuracy"), row.getDouble("seconds"))));
    }

    private static Object[] row(Object... values) {
        return values;
    }
}
