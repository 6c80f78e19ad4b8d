package kshot.run.store;

import java.util.List;

/** Every SQL statement of the run store. Tables and columns are documented for users in docs/run-directory.md. */
final class Sql {
    /** "ksho" in ASCII: tells a run store from any other database. */
    static final int APPLICATION_ID = 0x6b73686f;

    /** Grows with every change of the tables. */
    static final int SCHEMA_VERSION = 5;

    private static final String EVALUATIONS_TABLE = """
            CREATE TABLE evaluations (
                step INTEGER NOT NULL,
                images INTEGER NOT NULL,
                batch_size INTEGER NOT NULL,
                codes TEXT NOT NULL,
                arch TEXT NOT NULL,
                accuracy REAL NOT NULL,
                log_likelihood REAL NOT NULL,
                code TEXT NOT NULL,
                evaluated_at TEXT NOT NULL,
                PRIMARY KEY (step, images, batch_size, codes, arch)
            ) WITHOUT ROWID
            """;

    private static final String STANDALONE_TABLE = """
            CREATE TABLE standalone (
                images TEXT NOT NULL,
                most_images INTEGER NOT NULL,
                stand_in TEXT NOT NULL,
                epochs INTEGER NOT NULL,
                seed INTEGER NOT NULL,
                arch TEXT NOT NULL,
                accuracy REAL NOT NULL,
                log_likelihood REAL NOT NULL,
                seconds REAL NOT NULL,
                trained_at TEXT NOT NULL,
                PRIMARY KEY (images, most_images, stand_in, epochs, seed, arch)
            ) WITHOUT ROWID
            """;

    private static final String RETRAINED_TABLE = """
            CREATE TABLE retrained (
                space TEXT NOT NULL,
                arch TEXT NOT NULL,
                repeat INTEGER NOT NULL,
                kind TEXT NOT NULL,
                flops INTEGER NOT NULL,
                params INTEGER NOT NULL,
                search_accuracy REAL,
                test_accuracy REAL,
                epochs REAL NOT NULL,
                seconds REAL NOT NULL,
                PRIMARY KEY (space, arch, repeat)
            )
            """;

    private static final String PREDICTIONS_TABLE = """
            CREATE TABLE predictions (
                predictor TEXT NOT NULL,
                images INTEGER NOT NULL,
                initializations INTEGER NOT NULL,
                stand_in TEXT NOT NULL,
                arch TEXT NOT NULL,
                score REAL NOT NULL,
                PRIMARY KEY (predictor, images, initializations, stand_in, arch)
            ) WITHOUT ROWID
            """;

    static final String WRITE_SCHEMA_VERSION = "PRAGMA user_version = " + SCHEMA_VERSION;

    static final String[] SCHEMA = {
        """
        CREATE TABLE training (
            stage TEXT NOT NULL,
            step INTEGER NOT NULL,
            epoch REAL NOT NULL,
            seconds REAL NOT NULL,
            loss REAL,
            accuracy REAL,
            learning_rate REAL,
            images_per_second REAL,
            validation_loss REAL,
            validation_accuracy REAL,
            PRIMARY KEY (stage, step)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE architectures (
            arch TEXT PRIMARY KEY NOT NULL,
            generation INTEGER NOT NULL,
            accuracy REAL,
            log_likelihood REAL,
            flops INTEGER NOT NULL,
            live_flops INTEGER NOT NULL,
            params INTEGER NOT NULL,
            code TEXT NOT NULL,
            evaluated_at TEXT NOT NULL,
            score REAL
        )
        """,
        """
        CREATE TABLE facts (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        EVALUATIONS_TABLE,
        STANDALONE_TABLE,
        PREDICTIONS_TABLE,
        RETRAINED_TABLE,
        "PRAGMA application_id = " + APPLICATION_ID,
        WRITE_SCHEMA_VERSION,
    };

    /** Statements that turn the tables of version 1 into those of version 2, and so on. */
    static final List<String[]> MIGRATIONS = List.of(
            new String[] {EVALUATIONS_TABLE},
            new String[] {STANDALONE_TABLE},
            new String[] {
                "ALTER TABLE retrained RENAME TO retrained_before", RETRAINED_TABLE, """
            INSERT INTO retrained
            SELECT coalesce((SELECT json_extract(value, '$.space') FROM facts WHERE key = 'search'), ''), arch, 1, kind,
                flops, params, search_accuracy, test_accuracy, epochs, seconds
            FROM retrained_before
            """, "DROP TABLE retrained_before"
            },
            new String[] {PREDICTIONS_TABLE, "ALTER TABLE architectures ADD COLUMN score REAL"});

    static final String COUNT_TABLES = "SELECT count(*) FROM sqlite_schema";
    static final String READ_APPLICATION_ID = "PRAGMA application_id";
    static final String READ_SCHEMA_VERSION = "PRAGMA user_version";

    /**
     * FULL, and not NORMAL, because a checkpoint beside the database may only be newer than the rows that it stands
     * for if they can no longer vanish in a power cut. Commits are few, so their syncs cost nothing that shows.
     */
    static final String[] SESSION = {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"};

    static final String PUT_TRAINING = """
            INSERT OR REPLACE INTO training (stage, step, epoch, seconds, loss, accuracy, learning_rate,
                images_per_second, validation_loss, validation_accuracy)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    static final String TRAINING = "SELECT * FROM training WHERE stage = ? ORDER BY step";
    static final String STAGES = "SELECT DISTINCT stage FROM training ORDER BY stage";
    static final String FORGET_TRAINING = "DELETE FROM training WHERE stage = ? AND step >= ?";

    /** An update keeps the rowid, and so the order of first evaluation. */
    static final String PUT_ARCHITECTURE = """
            INSERT INTO architectures (arch, generation, accuracy, log_likelihood, flops, live_flops, params, code,
                evaluated_at, score)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (arch) DO UPDATE SET generation = excluded.generation, accuracy = excluded.accuracy,
                log_likelihood = excluded.log_likelihood, flops = excluded.flops, live_flops = excluded.live_flops,
                params = excluded.params, code = excluded.code, evaluated_at = excluded.evaluated_at,
                score = excluded.score
            """;

    static final String ARCHITECTURES = "SELECT * FROM architectures ORDER BY rowid";
    static final String ARCHITECTURE = "SELECT * FROM architectures WHERE arch = ?";
    static final String FORGET_ARCHITECTURES = "DELETE FROM architectures WHERE generation >= ?";

    static final String PUT_EVALUATION = """
            INSERT OR REPLACE INTO evaluations (step, images, batch_size, codes, arch, accuracy, log_likelihood, code,
                evaluated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    static final String EVALUATIONS =
            "SELECT * FROM evaluations WHERE step = ? AND images = ? AND batch_size = ? AND codes = ? ORDER BY arch";
    static final String FORGET_EVALUATIONS = "DELETE FROM evaluations WHERE step >= ?";

    static final String PUT_PREDICTION = """
            INSERT OR REPLACE INTO predictions (predictor, images, initializations, stand_in, arch, score)
            VALUES (?, ?, ?, ?, ?, ?)
            """;
    static final String PREDICTIONS =
            "SELECT * FROM predictions WHERE predictor = ? AND images = ? AND initializations = ? AND stand_in = ? ORDER BY arch";

    static final String PUT_STANDALONE = """
            INSERT OR REPLACE INTO standalone (images, most_images, stand_in, epochs, seed, arch, accuracy, log_likelihood,
                seconds, trained_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String OF_STANDALONE_SETUP =
            " WHERE images = ? AND most_images = ? AND stand_in = ? AND epochs = ? AND seed = ?";
    static final String STANDALONE = "SELECT * FROM standalone" + OF_STANDALONE_SETUP + " ORDER BY arch";
    static final String FORGET_STANDALONE = "DELETE FROM standalone" + OF_STANDALONE_SETUP + " AND arch = ?";

    static final String PUT_RETRAINED = """
            INSERT OR REPLACE INTO retrained (space, arch, repeat, kind, flops, params, search_accuracy, test_accuracy,
                epochs, seconds)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    static final String RETRAINED = "SELECT * FROM retrained ORDER BY space, arch, repeat";
    static final String FORGET_RETRAINED = "DELETE FROM retrained";

    static final String PUT_FACT = "INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)";
    static final String FORGET_FACT = "DELETE FROM facts WHERE key = ?";
    static final String FACT = "SELECT value FROM facts WHERE key = ?";

    private Sql() {}
}
