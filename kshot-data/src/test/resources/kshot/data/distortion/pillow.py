"""Writes what Pillow makes of a small image: python3 pillow.py > pillow.txt (Pillow 9.4.0)."""
import random

from PIL import Image, ImageEnhance, ImageOps

random.seed(5)
WIDTH, HEIGHT = 40, 30
pixels = [tuple(min(255, int(random.gauss(90 + 20 * c + x, 30)) % 256) for c in range(3)) for _ in range(HEIGHT) for x in range(WIDTH)]
image = Image.new("RGB", (WIDTH, HEIGHT))
image.putdata(pixels)


def write(name, changed):
    print(name, changed.convert("RGB").tobytes().hex())


write("image", image)
write("BRIGHTNESS 0.5", ImageEnhance.Brightness(image).enhance(1.45))
write("CONTRAST -0.5", ImageEnhance.Contrast(image).enhance(0.55))
write("COLOR 0.5", ImageEnhance.Color(image).enhance(1.45))
write("SHARPNESS 0.5", ImageEnhance.Sharpness(image).enhance(1.45))
write("POSTERIZE 0.5", ImageOps.posterize(image, 6))
write("SOLARIZE 0.5", ImageOps.solarize(image, 128))
write("AUTO_CONTRAST 0", ImageOps.autocontrast(image))
write("EQUALIZE 0", ImageOps.equalize(image))
