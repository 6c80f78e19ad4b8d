package kshot.app.soak;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import kshot.common.Seed;

/**
 * A program that draws a data set in the layout of ImageNet: folders {@code train} and {@code val} of 1,000 class folders with JPEG files of
 * many sizes. A class is known by the colours and the kind of its shapes. Arguments: folder, training images of a class,
 * validation images of a class, shortest and longest side in pixels.
 */
public final class MadeUpImageNet {
    private static final int CLASSES = 1000;

    private MadeUpImageNet() {}

    /** Entry point. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        int train = Integer.parseInt(arguments[1]);
        int all = train + Integer.parseInt(arguments[2]);
        int shortest = Integer.parseInt(arguments[3]);
        int longest = Integer.parseInt(arguments[4]);
        IntStream.range(0, CLASSES).parallel().forEach(c -> {
            String name = String.format(Locale.ROOT, "n%08d", c);
            for (int i = 0; i < all; i++) {
                Path ofClass = folder.resolve(i < train ? "train" : "val").resolve(name);
                write(draw(c, i, shortest, longest), ofClass, name + "_" + i + ".JPEG");
            }
        });
    }

    private static void write(BufferedImage image, Path folder, String name) {
        try {
            ImageIO.write(
                    image, "jpg", Files.createDirectories(folder).resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage draw(int ofClass, int number, int shortest, int longest) {
        SplittableRandom random = new Seed(ofClass).generator("image", number);
        int width = random.nextInt(shortest, longest + 1);
        int height = random.nextInt(shortest, longest + 1);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        SplittableRandom look = new Seed(ofClass).generator("look");
        graphics.setPaint(new GradientPaint(0, 0, color(look), width, height, color(random)));
        graphics.fillRect(0, 0, width, height);
        int kind = look.nextInt(3);
        for (int shapes = 2 + look.nextInt(6); shapes > 0; shapes--) {
            graphics.setColor(color(look));
            int size = width / 10 + random.nextInt(width / 3);
            int x = random.nextInt(width) - size / 2;
            int y = random.nextInt(height) - size / 2;
            switch (kind) {
                case 0 -> graphics.fillOval(x, y, size, size);
                case 1 -> graphics.fillRect(x, y, size, size / 2);
                default -> graphics.drawLine(x, y, x + size, y + 2 * size);
            }
        }
        graphics.dispose();
        return image;
    }

    private static Color color(SplittableRandom random) {
        return new Color(random.nextInt(0x1000000));
    }
}
