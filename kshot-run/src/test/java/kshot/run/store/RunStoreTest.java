package kshot.run.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.predict.SupernetScores;
import kshot.run.settings.StandIn;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.store.StandaloneSetup.Images;
import kshot.simplex.SimplexCode;
import kshot.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static final StandaloneSetup ALONE = new StandaloneSetup(Images.SEARCH, 0, StandIn.NONE, 3, 1);
    private static final StandaloneTraining TRAINED = new StandaloneTraining("a", 0.5, -1.25, 4.5, NOON);
    private static final Retrained.Training TRAINING = new Retrained.Training(1, 0.5, 60);

    @TempDir
    Path folder;

    @Test
    void keepsWhatIsPutAcrossReopening() {
        TrainingPoint plain = new TrainingPoint("supernet", 7, 0.5, 1.25, Double.NaN, 0.25, 0.1, 900);
        TrainingPoint validated = new TrainingPoint("retrain", 3, 1, 2, 1.5, 0.5, 0.1, 800, 1.25, 0.75);
        EvaluatedArchitecture evaluated = evaluated("a", 2, 0.625);
        Retrained both = new Retrained(
                "s",
                "a",
                EnumSet.of(Retrained.Kind.FLOPS_PICK, Retrained.Kind.WINNER),
                9,
                8,
                Double.NaN,
                30,
                List.of(new Retrained.Training(1, 0.5, 99.5), new Retrained.Training(2, 0.25, 98)));
        RunMetadata.Search search =
                new RunMetadata.Search("s", "15625", 8, SupernetScores.LOG_LIKELIHOOD, 420L, null, null);
        Map<String, Double> seconds = new LinkedHashMap<>(Map.of("search", 2.0));
        seconds.put("retrain", 1.0);

        try (RunStore store = RunStore.create(folder.resolve("new/run"))) {
            store.putTraining(List.of(plain, validated));
            store.putArchitectures(List.of(evaluated));
            store.putRetrained(both);
            store.put(RunMetadata.SEARCH, search);
            store.put(RunMetadata.STAGE_SECONDS, seconds);
        }

        try (RunStore store = RunStore.open(folder.resolve("new/run"))) {
            assertThat(store.stages()).containsExactly("retrain", "supernet");
            assertThat(store.training("supernet")).containsExactly(plain);
            assertThat(store.training("retrain")).containsExactly(validated);
            assertThat(store.architectures()).containsExactly(evaluated);
            assertThat(store.architecture("a")).contains(evaluated);
            assertThat(store.architecture("b")).isEmpty();
            assertThat(store.retrained()).containsExactly(both);
            assertThat(store.get(RunMetadata.SEARCH)).contains(search);
            assertThat(store.get(RunMetadata.STAGE_SECONDS).orElseThrow()).containsExactlyEntriesOf(seconds);
            assertThat(store.get(RunMetadata.MODEL)).isEmpty();
        }
    }

    @Test
    void aResumedRunForgetsTheFutureItAbandons() {
        try (RunStore store = RunStore.create(folder)) {
            store.putTraining(List.of(point("supernet", 1), point("supernet", 2), point("supernet", 3)));
            store.putTraining(List.of(point("simplex", 3)));
            store.putArchitectures(List.of(evaluated("a", 0, 0.5), evaluated("b", 1, 0.5), evaluated("c", 2, 0.5)));

            store.forgetTraining("supernet", 2);
            store.forgetArchitectures(1);

            assertThat(store.training("supernet")).containsExactly(point("supernet", 1));
            assertThat(store.training("simplex")).containsExactly(point("simplex", 3));
            assertThat(store.architectures()).containsExactly(evaluated("a", 0, 0.5));
        }
    }

    @Test
    void evaluationsBelongToTheirSetup() {
        EvaluationSetup setup = new EvaluationSetup(100, 2048, 1024, Codes.LEARNED);
        StoredEvaluation one = new StoredEvaluation("a", 0.5, -1.25, SimplexCode.of(0.25f, 0.75f), NOON);
        StoredEvaluation better = new StoredEvaluation("a", 0.75, -1, SimplexCode.of(0.25f, 0.75f), NOON);
        StoredEvaluation other = new StoredEvaluation("b", 0.25, -2, SimplexCode.of(1, 0), NOON);
        try (RunStore store = RunStore.create(folder)) {
            store.putEvaluations(setup, List.of(other, one));
            assertThat(store.evaluations(setup)).containsExactly(one, other);
            store.putEvaluations(setup, List.of(better));
            assertThat(store.evaluations(setup)).containsExactly(better, other);
            for (EvaluationSetup another : List.of(
                    new EvaluationSetup(101, 2048, 1024, Codes.LEARNED),
                    new EvaluationSetup(100, 2047, 1024, Codes.LEARNED),
                    new EvaluationSetup(100, 2048, 512, Codes.LEARNED),
                    new EvaluationSetup(100, 2048, 1024, Codes.UNIFORM))) {
                assertThat(store.evaluations(another)).isEmpty();
                store.putEvaluations(another, List.of(one));
                assertThat(store.evaluations(another)).containsExactly(one);
            }
            assertThat(store.evaluations(setup)).containsExactly(better, other);
            store.forgetEvaluations(101);
            assertThat(store.evaluations(new EvaluationSetup(101, 2048, 1024, Codes.LEARNED)))
                    .isEmpty();
            assertThat(store.evaluations(setup)).containsExactly(better, other);
            store.forgetEvaluations(0);
            assertThat(store.evaluations(setup)).isEmpty();
        }
    }

    private static final String RETRAINED_OF_VERSION_3 = """
            CREATE TABLE retrained (arch TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, flops INTEGER NOT NULL,
                params INTEGER NOT NULL, search_accuracy REAL, test_accuracy REAL, epochs REAL NOT NULL,
                seconds REAL NOT NULL)
            """;

    @Test
    void aStoreOfVersion2GetsItsNewTable() throws SQLException {
        EvaluationSetup setup = new EvaluationSetup(1, 2, 3, Codes.UNIFORM);
        StoredEvaluation evaluation = new StoredEvaluation("a", 0.5, -1, SimplexCode.uniform(1), NOON);
        try (RunStore store = RunStore.create(folder)) {
            store.putEvaluations(setup, List.of(evaluation));
        }
        execute("DROP TABLE standalone");
        execute("DROP TABLE predictions");
        execute("ALTER TABLE architectures DROP COLUMN score");
        execute("PRAGMA user_version = 2");
        try (RunStore store = RunStore.open(folder)) {
            store.putStandalone(ALONE, TRAINED);
            assertThat(store.standalone(ALONE)).containsExactly(TRAINED);
            assertThat(store.evaluations(setup)).containsExactly(evaluation);
        }
        assertThat(select("PRAGMA user_version")).containsExactly(List.of("5"));
    }

    @Test
    void predictionsBelongToTheirSetup() {
        PredictionSetup setup = new PredictionSetup("jacov", 64, 2, StandIn.NONE);
        List<PredictionSetup> others = List.of(
                new PredictionSetup("other", 64, 2, StandIn.NONE),
                new PredictionSetup("jacov", 32, 2, StandIn.NONE),
                new PredictionSetup("jacov", 64, 3, StandIn.NONE),
                new PredictionSetup("jacov", 64, 2, new StandIn(null, null, 8)));
        try (RunStore store = RunStore.create(folder)) {
            store.putPrediction(setup, "b", -1.5);
            store.putPrediction(setup, "a", -2);
            store.putPrediction(setup, "a", -99_988.5);
            assertThat(store.predictions(setup)).isEqualTo(Map.of("a", -99_988.5, "b", -1.5));
            others.forEach(other -> assertThat(store.predictions(other)).isEmpty());
        }
    }

    @Test
    void trainingsAloneBelongToTheirSetup() {
        List<StandaloneSetup> others = List.of(
                new StandaloneSetup(Images.TEST, 0, StandIn.NONE, 3, 1),
                new StandaloneSetup(Images.SEARCH, 9, StandIn.NONE, 3, 1),
                new StandaloneSetup(Images.SEARCH, 0, new StandIn(1, null, null), 3, 1),
                new StandaloneSetup(Images.SEARCH, 0, new StandIn(null, 1, null), 3, 1),
                new StandaloneSetup(Images.SEARCH, 0, new StandIn(null, null, 16), 3, 1),
                new StandaloneSetup(Images.SEARCH, 0, StandIn.NONE, 4, 1),
                new StandaloneSetup(Images.SEARCH, 0, StandIn.NONE, 3, 2));
        StandaloneTraining better = new StandaloneTraining("a", 0.75, -0.5, 9, NOON);
        StandaloneTraining other = new StandaloneTraining("b", 0.25, -2, 9, NOON);
        try (RunStore store = RunStore.create(folder)) {
            store.putStandalone(ALONE, other);
            store.putStandalone(ALONE, TRAINED);
            assertThat(store.standalone(ALONE)).containsExactly(TRAINED, other);
            store.putStandalone(ALONE, better);
            for (StandaloneSetup setup : others) {
                assertThat(store.standalone(setup)).isEmpty();
                store.putStandalone(setup, TRAINED);
                assertThat(store.standalone(setup)).containsExactly(TRAINED);
            }
            assertThat(store.standalone(ALONE)).containsExactly(better, other);
            store.forgetStandalone(ALONE, "a");
            assertThat(store.standalone(ALONE)).containsExactly(other);
            others.forEach(setup -> assertThat(store.standalone(setup)).containsExactly(TRAINED));
        }
    }

    /** Version 1 had no table of evaluations, and version 2 none of trainings alone; before 4 a network had one training. */
    @Test
    void aStoreOfVersion1GetsItsNewTables() throws SQLException {
        try (RunStore store = RunStore.create(folder)) {
            store.putTraining(List.of(point("supernet", 1)));
            store.put(
                    RunMetadata.SEARCH,
                    new RunMetadata.Search("s", "15625", 8, SupernetScores.LOG_LIKELIHOOD, null, null, null));
        }
        execute("DROP TABLE evaluations");
        execute("DROP TABLE standalone");
        execute("DROP TABLE predictions");
        execute("ALTER TABLE architectures DROP COLUMN score");
        execute("DROP TABLE retrained");
        execute(RETRAINED_OF_VERSION_3);
        execute("INSERT INTO retrained VALUES ('a', 'winner,flops-pick', 9, 8, NULL, 0.5, 30, 60)");
        execute("PRAGMA user_version = 1");
        EvaluationSetup setup = new EvaluationSetup(1, 2, 3, Codes.UNIFORM);
        StoredEvaluation evaluation = new StoredEvaluation("a", 0.5, -1, SimplexCode.uniform(1), NOON);
        try (RunStore store = RunStore.open(folder)) {
            store.putEvaluations(setup, List.of(evaluation));
            store.putStandalone(ALONE, TRAINED);
        }
        try (RunStore store = RunStore.open(folder)) {
            assertThat(store.evaluations(setup)).containsExactly(evaluation);
            assertThat(store.standalone(ALONE)).containsExactly(TRAINED);
            assertThat(store.training("supernet")).containsExactly(point("supernet", 1));
            assertThat(store.retrained())
                    .containsExactly(new Retrained(
                            "s",
                            "a",
                            EnumSet.of(Retrained.Kind.WINNER, Retrained.Kind.FLOPS_PICK),
                            9,
                            8,
                            Double.NaN,
                            30,
                            List.of(TRAINING)));
        }
        assertThat(select("PRAGMA user_version")).containsExactly(List.of("5"));
    }

    @Test
    void trainingsOfANetworkComeTogether() {
        Retrained first = retrained("mobilenetv2", 1, 0.5, Retrained.Kind.MOBILENET_V2);
        try (RunStore store = RunStore.create(folder)) {
            store.putRetrained(retrained("mobilenetv2", 2, 0.75, Retrained.Kind.MOBILENET_V2));
            store.putRetrained(first);
            store.putRetrained(retrained("s", 1, 0.25, Retrained.Kind.WINNER));
            store.putRetrained(retrained("s", 1, 0.125, Retrained.Kind.WINNER));
            assertThat(store.retrained())
                    .containsExactly(
                            retrained("s", 1, 0.125, Retrained.Kind.WINNER),
                            new Retrained(
                                    "mobilenetv2",
                                    "a",
                                    EnumSet.of(Retrained.Kind.MOBILENET_V2),
                                    9,
                                    8,
                                    Double.NaN,
                                    30,
                                    List.of(TRAINING, new Retrained.Training(2, 0.75, 60))));
            assertThat(store.retrained().get(1).testAccuracy()).isEqualTo(0.5);
            assertThat(store.retrained().get(1).meanTestAccuracy()).isEqualTo(0.625);
            assertThat(store.retrained().get(1).has(2)).isTrue();
            assertThat(store.retrained().get(1).has(3)).isFalse();
        }
    }

    private static Retrained retrained(String space, int repeat, double testAccuracy, Retrained.Kind kind) {
        return new Retrained(
                space,
                "a",
                EnumSet.of(kind),
                9,
                8,
                Double.NaN,
                30,
                List.of(new Retrained.Training(repeat, testAccuracy, 60)));
    }

    /** Earlier versions wrote the name of the score in capitals. */
    @Test
    void readsTheScoreOfAnOlderStore() throws SQLException {
        RunMetadata.Search search =
                new RunMetadata.Search("s", "15625", 8, SupernetScores.LOG_LIKELIHOOD, null, null, null);
        try (RunStore store = RunStore.create(folder)) {
            store.put(RunMetadata.SEARCH, search);
        }
        execute("UPDATE facts SET value = replace(value, 'log_likelihood', 'LOG_LIKELIHOOD') WHERE key = 'search'");
        assertThat(select("SELECT value FROM facts WHERE key = 'search'").toString())
                .contains("LOG_LIKELIHOOD");
        try (RunStore store = RunStore.open(folder)) {
            assertThat(store.get(RunMetadata.SEARCH)).contains(search);
        }
    }

    @Test
    void aRowThatComesAgainReplacesItsPredecessorInPlace() {
        try (RunStore store = RunStore.create(folder)) {
            store.putArchitectures(List.of(evaluated("a", 0, 0.5), evaluated("b", 0, 0.5)));
            store.putArchitectures(List.of(evaluated("a", 1, 0.75)));
            assertThat(store.architectures()).containsExactly(evaluated("a", 1, 0.75), evaluated("b", 0, 0.5));
        }
    }

    @Test
    void aBatchThatFailsLeavesNothing() throws SQLException {
        try (RunStore store = RunStore.create(folder)) {
            execute("CREATE TRIGGER full BEFORE INSERT ON training WHEN new.step = 2"
                    + " BEGIN SELECT raise(ABORT, 'disk full'); END");
            assertThatThrownBy(() -> store.putTraining(List.of(point("supernet", 1), point("supernet", 2))))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("run.db")
                    .hasMessageContaining("disk full");
            assertThat(store.training("supernet")).isEmpty();
            store.putTraining(List.of(point("supernet", 1)));
            assertThat(store.training("supernet")).hasSize(1);
        }
    }

    @Test
    void aFullDiskIsAFailureAndSpaceMendsIt() throws IOException, InterruptedException {
        Path mounted = folder.resolve("disk");
        try (SmallDisk disk = SmallDisk.mount(mounted, 256)) {
            int stored = 0;
            try (RunStore store = RunStore.create(mounted)) {
                RuntimeException failure = null;
                while (failure == null) {
                    try {
                        store.putTraining(points(stored, stored + 100));
                        stored += 100;
                    } catch (UncheckedIOException e) {
                        failure = e;
                    }
                }
                assertThat(failure).hasMessageContaining("run.db: ").hasMessageContaining("full");
                assertThat(store.training("supernet")).hasSize(stored);
                disk.grow(10_000);
                store.putTraining(points(stored, stored + 100));
                assertThat(store.training("supernet")).hasSize(stored + 100);
            }
            try (RunStore store = RunStore.open(mounted)) {
                assertThat(store.training("supernet")).hasSize(stored + 100);
            }
        }
        try (SmallDisk disk = SmallDisk.mount(mounted, 8)) {
            assertThatThrownBy(() -> RunStore.create(mounted))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("run.db: ");
        }
    }

    private static List<TrainingPoint> points(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(step -> point("supernet", step))
                .toList();
    }

    @Test
    void forgetsAFact() {
        try (RunStore store = RunStore.create(folder)) {
            store.put(RunMetadata.VERSIONS, Map.of("kshot", "1"));
            store.forget(RunMetadata.VERSIONS);
            assertThat(store.get(RunMetadata.VERSIONS)).isEmpty();
        }
    }

    @Test
    void othersReadWhileItIsOpen() throws SQLException {
        try (RunStore store = RunStore.create(folder)) {
            store.putTraining(List.of(point("supernet", 1)));
            assertThat(select("PRAGMA journal_mode")).containsExactly(List.of("wal"));
            assertThat(select("SELECT step FROM training")).containsExactly(List.of("1"));
        }
        assertThat(folder.resolve("run.db-wal")).doesNotExist();
    }

    @Test
    void aPathMayHoldWhatAUriWouldEscape() {
        Path odd = folder.resolve("50% of a?b#c ü");
        try (RunStore store = RunStore.create(odd)) {
            store.putTraining(List.of(point("supernet", 1)));
        }
        assertThat(odd.resolve("run.db")).isRegularFile();
    }

    @Test
    void opensOnlyWhatIsThere() {
        assertThatThrownBy(() -> RunStore.open(folder.resolve("nowhere")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("a folder with a run.db");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Files.writeString(folder.resolve("run.db"), "no database ".repeat(100));
        assertThatThrownBy(() -> RunStore.open(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("run.db is not an SQLite database");
    }

    @Test
    void refusesADatabaseOfSomethingElseAndLeavesItAsItIs() throws SQLException, IOException {
        execute("CREATE TABLE bookmarks (url TEXT)");
        byte[] before = Files.readAllBytes(folder.resolve("run.db"));
        assertThatThrownBy(() -> RunStore.create(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("another SQLite database");
        assertThat(folder.resolve("run.db")).hasBinaryContent(before);
    }

    @Test
    void refusesANewerSchema() throws SQLException {
        RunStore.create(folder).close();
        execute("PRAGMA user_version = 99");
        assertThatThrownBy(() -> RunStore.open(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("schema version 99")
                .hasMessageContaining("use a newer kshot");
    }

    @Test
    void refusesAPlaceWhereItCannotWrite() throws IOException {
        Files.createDirectory(folder.resolve("run.db"));
        assertThatThrownBy(() -> RunStore.create(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("writable");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> RunStore.create(file.resolve("run")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be made");
    }

    @Test
    void refusesAReadOnlyFolder() throws IOException {
        Path locked = Files.createDirectory(
                folder.resolve("locked"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        assumeFalse(Files.isWritable(locked), "this user may write everywhere");
        assertThatThrownBy(() -> RunStore.create(locked))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("check that its folder is writable");
    }

    @Test
    void recordsRefuseWhatCannotBe() {
        assertThatThrownBy(() -> new TrainingPoint("supernet", 0, 0, 0, 1, 1.5, 0.1, 1))
                .hasMessageContaining("accuracy is a share in [0, 1], not 1.5");
        assertThatThrownBy(() -> point("supernet", -1)).hasMessageContaining("not -1");
        assertThatThrownBy(() -> evaluated("a", -1, 0.5)).hasMessageContaining("not -1");
        assertThatThrownBy(() ->
                        new Retrained("s", "a", EnumSet.noneOf(Retrained.Kind.class), 1, 1, 0, 0, List.of(TRAINING)))
                .hasMessageContaining("needs a kind");
        assertThatThrownBy(() -> new Retrained("s", "a", EnumSet.of(Retrained.Kind.RANDOM), 1, 1, 0, 0, List.of()))
                .hasMessageContaining("needs a training");
        assertThatThrownBy(() -> new Retrained.Training(0, 0.5, 1)).hasMessageContaining("from 1, not 0");
    }

    @Test
    void theQueriesOfTheDocumentationAnswer() throws Exception {
        try (RunStore store = RunStore.create(folder)) {
            store.putTraining(List.of(
                    new TrainingPoint("supernet", 0, 0.2, 1, 3, 0.1, 0.1, 100),
                    new TrainingPoint("supernet", 1, 0.8, 2, 2, 0.1, 0.1, 300),
                    new TrainingPoint("supernet", 2, 1.1, 3, 1, 0.1, 0.1, 500)));
            store.putArchitectures(List.of(
                    evaluated("cheap", 0, 100, 0.5, 0.25f),
                    evaluated("dominated", 0, 200, 0.5, 0.5f),
                    evaluated("good", 0, 300, 0.75, 0.75f)));
        }
        Path docs = Path.of(System.getProperty("kshot.root"), "docs/run-directory.md");
        List<List<List<String>>> answers = new ArrayList<>();
        Matcher matcher = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(docs));
        while (matcher.find()) {
            answers.add(select(matcher.group(1)));
        }
        assertThat(answers)
                .containsExactly(
                        List.of(List.of("0", "2.5", "200.0"), List.of("1", "1.0", "500.0")),
                        List.of(List.of("cheap", "100", "0.5"), List.of("good", "300", "0.75")),
                        List.of(List.of("0", "0.5", "0.25", "0.75"), List.of("1", "0.5", "0.25", "0.75")));
    }

    private static TrainingPoint point(String stage, long step) {
        return new TrainingPoint(stage, step, step / 10.0, step, 2, 0.5, 0.1, 1000);
    }

    private static EvaluatedArchitecture evaluated(String arch, int generation, double accuracy) {
        return new EvaluatedArchitecture(
                arch, generation, accuracy, -1.5, 3_000, 2_000, 1_000, SimplexCode.of(0.25f, 0.75f), NOON, -2.5);
    }

    private static EvaluatedArchitecture evaluated(
            String arch, int generation, long flops, double accuracy, float code) {
        return new EvaluatedArchitecture(
                arch, generation, accuracy, -1.5, flops, flops, 1_000, SimplexCode.of(code, 1 - code), NOON, -2.5);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<List<String>> select(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> result = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                result.add(row);
            }
            return result;
        }
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("run.db"));
    }
}
