package kshot.run.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.simplex.SimplexCode;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;
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

    private static final int BUSY_TIMEOUT_MS = 10_000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Path directory;
    private final Connection connection;

    private RunStore(Path directory, Connection connection) {
        this.directory = directory;
        this.connection = connection;
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
        return connect(directory);
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
        return connect(directory);
    }

    /** The run directory. */
    public Path directory() {
        return directory;
    }

    /** Adds points; one of the same stage and step replaces its predecessor. */
    public void putTraining(List<TrainingPoint> points) {
        update(
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
        return query(Sql.TRAINING, RunStore::trainingPoint, stage);
    }

    /** The stages that have points, by name. */
    public List<String> stages() {
        return query(Sql.STAGES, row -> row.getString(1));
    }

    /** Deletes the points of a stage from a step on. */
    public void forgetTraining(String stage, long fromStep) {
        updateOne(Sql.FORGET_TRAINING, stage, fromStep);
    }

    /** Adds evaluated architectures; a new evaluation of a known one replaces its predecessor. */
    public void putArchitectures(List<EvaluatedArchitecture> architectures) {
        update(
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
        return query(Sql.ARCHITECTURES, RunStore::evaluatedArchitecture);
    }

    /** One evaluated architecture, by its text form. */
    public Optional<EvaluatedArchitecture> architecture(String arch) {
        return query(Sql.ARCHITECTURE, RunStore::evaluatedArchitecture, arch).stream()
                .findFirst();
    }

    /** Deletes the architectures that were evaluated in a generation or after it. */
    public void forgetArchitectures(int fromGeneration) {
        updateOne(Sql.FORGET_ARCHITECTURES, fromGeneration);
    }

    /** Adds evaluations of one setup; a new evaluation of a known architecture replaces its predecessor. */
    public void putEvaluations(EvaluationSetup setup, List<StoredEvaluation> evaluations) {
        update(
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
        return query(
                Sql.EVALUATIONS,
                RunStore::storedEvaluation,
                setup.step(),
                setup.images(),
                setup.batchSize(),
                setup.codes().label());
    }

    /** Deletes the evaluations under supernets that had been trained for so many batches or more. */
    public void forgetEvaluations(long fromStep) {
        updateOne(Sql.FORGET_EVALUATIONS, fromStep);
    }

    /** Adds the score of an untrained network, or replaces it. */
    public void putPrediction(PredictionSetup setup, String arch, double score) {
        updateOne(
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
        query(
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
        updateOne(
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
        return query(
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
        updateOne(
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
        update(
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
        query(Sql.RETRAINED, RunStore::retrained)
                .forEach(r -> networks.merge(List.of(r.space(), r.arch()), r, Retrained::and));
        return networks.values().stream()
                .sorted(Comparator.comparing(r -> r.kinds().iterator().next()))
                .toList();
    }

    /** Deletes all retrained architectures: another winner makes them meaningless. */
    public void forgetRetrained() {
        updateOne(Sql.FORGET_RETRAINED);
    }

    /** Sets a fact. */
    public <T> void put(MetadataKey<T> fact, T value) {
        updateOne(Sql.PUT_FACT, fact.key(), JSON.writeValueAsString(value));
    }

    /** A fact, if it is known. */
    public <T> Optional<T> get(MetadataKey<T> fact) {
        return query(Sql.FACT, row -> row.getString(1), fact.key()).stream()
                .findFirst()
                .map(json -> JSON.readValue(json, fact.type()));
    }

    /** Deletes a fact: what it rested on is there no more. */
    public void forget(MetadataKey<?> fact) {
        updateOne(Sql.FORGET_FACT, fact.key());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static RunStore connect(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            SQLiteConfig config = new SQLiteConfig();
            config.setBusyTimeout(BUSY_TIMEOUT_MS);
            // As a URI, because a plain path would be cut at a question mark.
            Connection connection = config.createConnection(
                    "jdbc:sqlite:" + file.toAbsolutePath().toUri());
            try {
                RunStore store = new RunStore(directory, connection);
                store.requireOurs(file);
                return store;
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    /** Looks before it writes: a database that is not ours stays as it is. */
    private void requireOurs(Path file) throws SQLException {
        boolean fresh = integer(Sql.COUNT_TABLES) == 0;
        int version = integer(Sql.READ_SCHEMA_VERSION);
        if (!fresh && integer(Sql.READ_APPLICATION_ID) != Sql.APPLICATION_ID) {
            throw new InvalidInputException(file + " is not a run store of kshot but another SQLite database");
        }
        if (version > Sql.SCHEMA_VERSION) {
            throw new InvalidInputException(file + " has schema version " + version + ", this kshot reads up to "
                    + Sql.SCHEMA_VERSION + ": use a newer kshot");
        }
        execute(Sql.SESSION);
        if (version < Sql.SCHEMA_VERSION) {
            connection.setAutoCommit(false);
            migrate(fresh, version);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private void migrate(boolean fresh, int version) throws SQLException {
        if (fresh) {
            execute(Sql.SCHEMA);
            return;
        }
        for (String[] step : Sql.MIGRATIONS.subList(version - 1, Sql.MIGRATIONS.size())) {
            execute(step);
        }
        execute(Sql.WRITE_SCHEMA_VERSION);
    }

    private static RuntimeException unusable(Path file, SQLException e) {
        int code = e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : 0;
        if (code == 10 || code == 13) { // an error of the disk, or a full one, which the user's input did not cause
            return failure(file, e);
        }
        String reason = switch (code) {
            case 26 -> "is not an SQLite database";
            case 14, 8 -> "cannot be opened for writing: check that its folder is writable";
            case 5, 6 -> "is locked by another program";
            default -> "cannot be used: " + e.getMessage();
        };
        return new InvalidInputException(file + " " + reason, e);
    }

    private int integer(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void updateOne(String sql, Object... values) {
        update(sql, Collections.singletonList(values), row -> row);
    }

    private synchronized <T> void update(String sql, List<T> rows, RowWriter<T> writer) {
        try {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (T row : rows) {
                    bind(statement, writer.values(row));
                    statement.addBatch();
                }
                statement.executeBatch();
            }
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            abandon(e);
            throw failure(e);
        } catch (RuntimeException e) {
            abandon(e);
            throw e;
        }
    }

    /** Ends a transaction that failed. After a full disk SQLite has ended it already, and refuses to do so again. */
    private void abandon(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private synchronized <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            List<T> result = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    result.add(reader.read(rows));
                }
            }
            return result;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static void bind(PreparedStatement statement, Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private static TrainingPoint trainingPoint(ResultSet row) throws SQLException {
        return new TrainingPoint(
                row.getString("stage"),
                row.getLong("step"),
                row.getDouble("epoch"),
                row.getDouble("seconds"),
                real(row, "loss"),
                real(row, "accuracy"),
                real(row, "learning_rate"),
                real(row, "images_per_second"),
                real(row, "validation_loss"),
                real(row, "validation_accuracy"));
    }

    private static EvaluatedArchitecture evaluatedArchitecture(ResultSet row) throws SQLException {
        return new EvaluatedArchitecture(
                row.getString("arch"),
                row.getInt("generation"),
                real(row, "accuracy"),
                real(row, "log_likelihood"),
                row.getLong("flops"),
                row.getLong("live_flops"),
                row.getLong("params"),
                code(row),
                Instant.parse(row.getString("evaluated_at")),
                real(row, "score"));
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
                real(row, "search_accuracy"),
                row.getDouble("epochs"),
                List.of(new Retrained.Training(
                        row.getInt("repeat"), real(row, "test_accuracy"), row.getDouble("seconds"))));
    }

    /** SQLite itself writes NaN as NULL. */
    private static double real(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }

    private static Object[] row(Object... values) {
        return values;
    }

    private UncheckedIOException failure(SQLException e) {
        return failure(directory.resolve(FILE), e);
    }

    private static UncheckedIOException failure(Path file, SQLException e) {
        String message = file + ": " + e.getMessage();
        return new UncheckedIOException(message, new IOException(message, e));
    }

    private interface RowWriter<T> {
        Object[] values(T row);
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
