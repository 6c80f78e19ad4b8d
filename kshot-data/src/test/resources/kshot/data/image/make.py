#!/usr/bin/python3
"""Small images in the formats that Java itself does not write (Debian's python3-pil 9.4): /usr/bin/python3 make.py, in this folder.

Each is 16x8 pixels: the left half (200, 40, 80), the right half (20, 120, 240); grey ones 200 and 20.
"""
from PIL import Image

left, right = (200, 40, 80), (20, 120, 240)


def halves(mode, a, b):
    image = Image.new(mode, (16, 8), a)
    image.paste(b, (8, 0, 16, 8))
    return image


rgb = halves("RGB", left, right)
exif = Image.Exif()
exif[0x112] = 6  # to be turned a quarter clockwise
rgb.save("lossless.webp", lossless=True)
rgb.save("lossy.webp", quality=95)
halves("RGBA", left + (255,), right + (0,)).save("alpha.webp", lossless=True)
rgb.save("turned.webp", lossless=True, exif=exif)
rgb.save("turned.png", exif=exif)
rgb.save("lzw.tiff", compression="tiff_lzw")
rgb.save("deflate.tiff", compression="tiff_adobe_deflate")
rgb.save("turned.tiff", compression=None, exif=exif)
halves("L", 200, 20).save("grey.tiff")
halves("I;16", 200 * 257, 20 * 257).save("grey16.tiff")
halves("L", 200, 20).save("grey.pgm")
rgb.save("colour.ppm")
rgb.convert("CMYK").save("cmyk.jpg", quality=95)
halves("F", 0.5, 0.1).save("float.tiff")
