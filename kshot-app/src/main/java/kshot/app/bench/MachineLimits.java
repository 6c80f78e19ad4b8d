package kshot.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kshot.common.InvalidInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The largest rates that single operations reach on a machine, in GFLOP/s.
 *
 * @param dtype of the features, {@code float32} or {@code bfloat16}
 * @param threads that worked
 * @param forwardGflops of the fastest convolution, forward
 * @param trainingGflops of the fastest convolution, forward and backward together
 * @param productGflops of a product of square matrices
 */
public record MachineLimits(
        String dtype, int threads, double forwardGflops, double trainingGflops, double productGflops) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /** Reads what {@code kshot bench ceiling --json} wrote. */
    public static MachineLimits read(Path file) {
        try {
            return JSON.readValue(Files.readString(file), MachineLimits.class);
        } catch (IOException e) {
            throw new InvalidInputException("--ceiling " + file + ": cannot be read (" + e.getMessage() + ")", e);
        } catch (JacksonException e) {
            throw InvalidInputException.of(
                    "--ceiling", file + " (" + e.getOriginalMessage() + ")", "the output of 'bench ceiling --json'", e);
        }
    }

    /** Refuses limits that were measured in another way than what they are compared with. */
    void requireOf(String otherDtype, int otherThreads) {
        InvalidInputException.require(
                dtype.equals(otherDtype) && threads == otherThreads,
                "--ceiling",
                "a limit of " + dtype + " on " + threads + " threads",
                "one of " + otherDtype + " on " + otherThreads);
    }
}
