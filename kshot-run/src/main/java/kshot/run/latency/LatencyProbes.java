package kshot.run.latency;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.latency.TableBuilder;
import kshot.network.Network;
import kshot.onnx.OnnxLatency;
import kshot.space.SearchSpace;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The networks whose times make the latency table of a space, as a folder for another machine: an ONNX file of each, a
 * manifest that names them, and a Python program that times them. What that program writes is read by {@link
 * LatencyTableFile}.
 */
public final class LatencyProbes {
    /** The name of the program in the folder. */
    public static final String PROGRAM = "measure.py";

    private static final String MANIFEST = "manifest.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private LatencyProbes() {}

    /** The contents of the manifest. */
    private record Manifest(String space, String images, int classes, Map<String, String> networks) {}

    /**
     * Writes the folder.
     *
     * @param folder a new folder, or an empty one
     * @return the number of networks
     * @throws InvalidInputException if the folder is not empty, or can't be written
     */
    public static int write(Path folder, SearchSpace space) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                InvalidInputException.require(
                        files.findAny().isEmpty(), "--emit", folder, "a new directory, or an empty one");
            }
            Map<String, String> files = new LinkedHashMap<>();
            for (Map.Entry<String, Network> network :
                    new TableBuilder(space).networks().entrySet()) {
                String file = "probe-" + (files.size() + 1) + ".onnx";
                Files.write(folder.resolve(file), OnnxLatency.model(network.getValue()));
                files.put(network.getKey(), file);
            }
            Files.write(folder.resolve(PROGRAM), program());
            Files.writeString(
                    folder.resolve(MANIFEST),
                    JSON.writeValueAsString(
                            new Manifest(space.name(), space.input().toString(), space.classes(), files)));
            return files.size();
        } catch (IOException e) {
            throw new InvalidInputException("--emit " + folder + ": cannot be written (" + e + ")", e);
        }
    }

    private static byte[] program() throws IOException {
        try (InputStream program = Objects.requireNonNull(LatencyProbes.class.getResourceAsStream(PROGRAM), PROGRAM)) {
            return program.readAllBytes();
        }
    }
}
