package kshot.app.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;

/**
 * A reader under test.
 *
 * @param name of the reader
 * @param inputs how many inputs a build tries
 * @param text whether the files are text, which is also changed token by token
 * @param refusals the exceptions by which the reader may say that a file is wrong; their subclasses too
 * @param samples valid inputs, each a set of files by name; of equal names in all of them, if they are to be spliced
 * @param reader what reads
 */
record Target(
        String name,
        int inputs,
        boolean text,
        List<Class<? extends Exception>> refusals,
        List<Map<String, byte[]>> samples,
        Reader reader) {
    /** Reads an input. */
    @FunctionalInterface
    interface Reader {
        /** Reads the files in a folder and drops what it has read. */
        void read(Path folder) throws Exception;
    }

    /** A reader whose contract knows {@link InvalidInputException} alone. */
    static Target of(String name, int inputs, boolean text, List<Map<String, byte[]>> samples, Reader reader) {
        return new Target(name, inputs, text, List.of(InvalidInputException.class), samples, reader);
    }

    /** A reader whose contract knows {@link IOException}, too. */
    static Target withIo(String name, int inputs, boolean text, List<Map<String, byte[]>> samples, Reader reader) {
        return new Target(name, inputs, text, List.of(InvalidInputException.class, IOException.class), samples, reader);
    }

    boolean refuses(Throwable problem) {
        return refusals.stream().anyMatch(refusal -> refusal.isInstance(problem));
    }

    @Override
    public String toString() {
        return name;
    }
}
