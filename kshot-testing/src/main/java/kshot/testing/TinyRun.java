package kshot.testing;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import kshot.common.Seed;

/**
 * A run in which everything is done, in seconds: three classes of images that differ in their colour, and a space of 36
 * architectures.
 *
 * @param images folder of class folders
 * @param space a YAML file
 */
public record TinyRun(Path images, Path space) {
    private static final int IMAGES_OF_A_CLASS = 40;

    private static final String SPACE = """
            name: tiny
            input: {channels: 3, size: 16}
            classes: 3
            layers:
              - conv: {out: [4, 8], stride: 2}
              - choice: [identity, {residual: {kernel: [3, 5]}}]
              - conv: {out: [8, 16], stride: 2}
              - choice: [identity, {residual: {kernel: [3, 5]}}]
            head: [global_pool, linear]
            """;

    /** Draws the images and writes the space. */
    public static TinyRun in(Path folder) throws IOException {
        return new TinyRun(draw(folder.resolve("images")), Files.writeString(folder.resolve("tiny.yaml"), SPACE));
    }

    /** Images of 16 to 20 pixels. */
    public static Path draw(Path folder) throws IOException {
        List<String> classes = List.of("red", "green", "blue");
        for (int c = 0; c < classes.size(); c++) {
            Path ofClass = Files.createDirectories(folder.resolve(classes.get(c)));
            for (int i = 0; i < IMAGES_OF_A_CLASS; i++) {
                SplittableRandom random = new Seed(c).generator("image", i);
                BufferedImage image =
                        new BufferedImage(16 + random.nextInt(5), 16 + random.nextInt(5), BufferedImage.TYPE_INT_RGB);
                for (int y = 0; y < image.getHeight(); y++) {
                    for (int x = 0; x < image.getWidth(); x++) {
                        int noise = random.nextInt(0x1000000) & 0x7F7F7F;
                        image.setRGB(x, y, noise | (0x80 << (8 * (2 - c))));
                    }
                }
                ImageIO.write(image, "png", ofClass.resolve(i + ".png").toFile());
            }
        }
        return folder;
    }

    /**
     * The command line of a run in a directory: with one thread, the winner and what is compared with it, and as many
     * checkpoints as two percent of the time allow.
     *
     * @param settings more of them, or others, each {@code NAME=VALUE}
     */
    public List<String> commandLine(Path out, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("run", "--preset", "smoke", "--out", out.toString()));
        arguments.addAll(List.of("--data", images.toString(), "--space", space.toString()));
        arguments.addAll(List.of("--threads", "1", "--seed", "3", "--json"));
        List<String> all = new ArrayList<>(List.of(
                "supernet.batch_size=16",
                "supernet.epochs=8",
                "supernet.warmup_epochs=1",
                "supernet.precision=float32",
                "supernet.simplex.optimizer=adam",
                "search.generations=3",
                "retrain.batch_size=16",
                "retrain.epochs=6",
                "retrain.validation_fraction=0.2",
                "retrain.precision=float32",
                "limits.max_flops=none",
                "compare=flops_pick",
                "checkpoint.every_seconds=0.0"));
        all.addAll(List.of(settings));
        for (String setting : all) {
            arguments.addAll(List.of("--set", setting));
        }
        return arguments;
    }
}
