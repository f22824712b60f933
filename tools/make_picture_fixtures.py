"""Makes the picture fixtures of the processing module's tests: small synthetic pictures in every PNG flavour, JPEG and
GIF, what Pillow decodes them to, and what Pillow's resize makes of one of them.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy
    venv/bin/python tools/make_picture_fixtures.py processing/src/test/resources/pictures

A known answer is NAME.rgb: width and height as big-endian 16-bit numbers, then the samples, deflated.
"""

import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


def write_answer(path, image):
    rgb = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    head = struct.pack(">HH", rgb.shape[1], rgb.shape[0])
    path.write_bytes(zlib.compress(head + rgb.tobytes(), 9))


def scene(width, height, seed=0):
    """Smooth gradients, hard edges and a little noise: every PNG filter and both overshoots of the cubic occur."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 // (width - 1), y * 255 // (height - 1), (x + y) * 7 % 256], -1)
    rgb[height // 4 : height // 2, width // 4 : width // 2] = (255, 0, 255)
    rgb[height // 2 :: 5, width // 2 :: 3] = (0, 255, 0)
    rgb = rgb + random.integers(-6, 7, rgb.shape) * (x[..., None] > width * 2 // 3)
    return Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8))


def png(width, height, depth, colour_type, raw, passes=None, chunks=()):
    """A PNG from unfiltered scan lines: for the flavours that Pillow reads but does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 1 if passes else 0)
    body = chunk(b"IHDR", header) + b"".join(chunk(*c) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def interlaced(rgb):
    raw = b""
    for x, y, dx, dy in ADAM7:
        part = rgb[y::dy, x::dx]
        if part.size:
            raw += b"".join(b"\0" + line.tobytes() for line in part)
    return png(rgb.shape[1], rgb.shape[0], 8, 2, raw, passes=ADAM7)


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    base = scene(37, 23)
    base.save(out / "rgb.png")
    base.convert("L").save(out / "grey.png")
    base.convert("L").convert("LA").save(out / "grey_alpha.png")
    rgba = base.convert("RGBA")
    rgba.putalpha(base.convert("L"))
    rgba.save(out / "rgba.png")
    base.quantize(200).save(out / "palette8.png")
    base.quantize(13).save(out / "palette4.png", bits=4)
    base.quantize(2).save(out / "palette1.png", bits=1, transparency=0)
    base.convert("1").save(out / "bilevel.png")

    turned = Image.Exif()
    turned[0x0112] = 6
    base.save(out / "turned.png", exif=turned)
    (out / "interlaced.png").write_bytes(interlaced(np.asarray(base)))
    (out / "interlaced_tiny.png").write_bytes(interlaced(np.asarray(base)[:2, :3].copy()))
    grey2 = np.asarray(base.convert("L")) >> 6
    padded = np.pad(grey2, ((0, 0), (0, -grey2.shape[1] % 4)))
    packed = (padded[:, 0::4] << 6 | padded[:, 1::4] << 4 | padded[:, 2::4] << 2 | padded[:, 3::4]).astype(np.uint8)
    raw = b"".join(b"\0" + line.tobytes() for line in packed)
    (out / "grey2.png").write_bytes(png(37, 23, 2, 0, raw))
    deep = (np.asarray(base).astype(np.uint16) << 8 | 0x5A).astype(">u2")
    raw = b"".join(b"\0" + line.tobytes() for line in deep)
    gamma = ((b"gAMA", struct.pack(">I", 100000)),)
    (out / "rgb16.png").write_bytes(png(37, 23, 16, 2, raw, chunks=gamma))
    grey = np.asarray(base.convert("L"))
    raw = b"".join(b"\0" + line.tobytes() for line in grey)
    (out / "gamma.png").write_bytes(png(37, 23, 8, 0, raw, chunks=gamma))
    base.quantize(60).save(out / "palette.gif")
    base.save(out / "rgb.bmp")
    smooth = base.resize((24, 16), Image.Resampling.BICUBIC)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        smooth.save(out / f"orientation{orientation}.jpg", exif=exif, quality=95, subsampling=0)
    smooth.convert("L").save(out / "grey.jpg", quality=95)
    for file in sorted(out.iterdir()):
        if file.suffix != ".rgb":
            with Image.open(file) as image:
                write_answer(out / (file.name + ".rgb"), image)
    resized = scene(41, 31, seed=1)
    resized.save(out / "resize.png")
    write_answer(out / "resize.png.rgb", resized)
    for width, height in ((16, 16), (41, 20), (23, 31), (53, 44), (1, 1), (7, 80), (124, 1), (36, 20), (36, 21), (50, 12)):
        for name, resample in (("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC)):
            write_answer(out / f"resize-{name}-{width}x{height}.rgb", resized.resize((width, height), resample))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
