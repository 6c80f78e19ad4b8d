package kshot.run.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.common.NativeLibrary;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The SQLite database of a {@link RunStore}: its schema, and statements that are each one transaction. Several threads may call.
 */
final class Database implements AutoCloseable {
    private static final int BUSY_TIMEOUT_MS = 10_000;

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** A conversion of a value to the columns of a row. */
    interface RowWriter<T> {
        Object[] values(T row);
    }

    /** A conversion of a row to a value. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Opens a database; makes it where it is missing, and brings an older one to the schema of this version.
     *
     * @throws InvalidInputException if that is impossible, or the database is not one that this version reads
     */
    static Database open(Path file) {
        loadLibrary();
        try {
            SQLiteConfig config = new SQLiteConfig();
            config.setBusyTimeout(BUSY_TIMEOUT_MS);
            // As a URI, because a plain path would be cut at a question mark.
            Connection connection = config.createConnection(
                    "jdbc:sqlite:" + file.toAbsolutePath().toUri());
            try {
                Database database = new Database(file, connection);
                database.requireOurs();
                return database;
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    /** Loads SQLite. A driver that could not do so would say no more than that it can't open the database. */
    private static void loadLibrary() {
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            String property = "java.io.tmpdir";
            throw NativeLibrary.unusable(
                    "SQLite", System.getProperty("org.sqlite.tmpdir", System.getProperty(property)), property, e);
        }
    }

    /** Looks before it writes: a database that is not ours stays as it is. */
    private void requireOurs() throws SQLException {
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

    /** Runs a statement with the values of its parameters. */
    void updateOne(String sql, Object... values) {
        update(sql, Collections.singletonList(values), row -> row);
    }

    /** Runs a statement for each of some rows, as one transaction. */
    synchronized <T> void update(String sql, List<T> rows, RowWriter<T> writer) {
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

    /** Returns the rows of a query with the values of its parameters. */
    synchronized <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) {
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

    /** Returns a number of a row; NaN where SQLite has written it as NULL. */
    static double real(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private UncheckedIOException failure(SQLException e) {
        return failure(file, e);
    }

    private static UncheckedIOException failure(Path file, SQLException e) {
        String message = file + ": " + e.getMessage();
        return new UncheckedIOException(message, new IOException(message, e));
    }
}
