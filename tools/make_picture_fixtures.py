"""Makes the picture fixtures of the processing module's tests: small synthetic pictures in many flavours of PNG, JPEG, TIFF,
WebP, GIF and BMP, what Pillow decodes them to, and what Pillow's resize makes of one of them.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy
    venv/bin/python tools/make_picture_fixtures.py io/src/test/resources/pictures

A known answer is NAME.rgb: width and height as big-endian 16-bit numbers, then the samples, deflated. Beside the folder,
damaged-pictures.json says of each picture from which length on Pillow takes its beginning, and of every seventh byte whether it
takes the picture with that byte inverted (1 or 0).
"""

import io
import json
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

ORIENTATION = 0x0112
XMP_TURNED = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d tiff:Orientation="6"/></x:xmpmeta>'


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


def turned(orientation=6):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def odd_profile():
    """A profile in which red and blue change places: whoever obeys it shows other colours."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def png(width, height, depth, colour_type, raw, passes=None, chunks=()):
    """A PNG from unfiltered scan lines: for the flavours that Pillow reads but does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 1 if passes else 0)
    body = chunk(b"IHDR", header) + b"".join(chunk(*c) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def lines(samples):
    return b"".join(b"\0" + line.tobytes() for line in samples)


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def interlaced(rgb):
    raw = b""
    for x, y, dx, dy in ADAM7:
        part = rgb[y::dy, x::dx]
        if part.size:
            raw += lines(part)
    return png(rgb.shape[1], rgb.shape[0], 8, 2, raw, passes=ADAM7)


def packed(samples, bits):
    """Several samples to a byte, leftmost in the high bits."""
    per = 8 // bits
    padded = np.pad(samples, ((0, 0), (0, -samples.shape[1] % per)))
    return sum(padded[:, i::per] << (8 - bits * (i + 1)) for i in range(per)).astype(np.uint8)


def make_pngs(out, base):
    grey = base.convert("L")
    base.save(out / "rgb.png")
    grey.save(out / "grey.png")
    grey.convert("LA").save(out / "grey_alpha.png")
    rgba = base.convert("RGBA")
    rgba.putalpha(grey)
    rgba.save(out / "rgba.png")
    base.quantize(200).save(out / "palette8.png")
    base.quantize(13).save(out / "palette4.png", bits=4)
    base.quantize(2).save(out / "palette1.png", bits=1, transparency=0)
    base.quantize(30).save(out / "palette_alpha.png", transparency=bytes(range(0, 240, 8)))
    base.save(out / "rgb_transparent.png", transparency=(255, 0, 255))
    base.convert("1").save(out / "bilevel.png")
    base.save(out / "turned.png", exif=turned())
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP_TURNED.decode())
    base.save(out / "turned_xmp.png", pnginfo=text)

    rgb = np.asarray(base)
    (out / "interlaced.png").write_bytes(interlaced(rgb))
    (out / "interlaced_tiny.png").write_bytes(interlaced(rgb[:2, :3].copy()))
    (out / "grey2.png").write_bytes(png(37, 23, 2, 0, lines(packed(np.asarray(grey) >> 6, 2))))
    gamma = ((b"gAMA", struct.pack(">I", 100000)),)
    deep = (rgb.astype(np.uint16) << 8 | 0x5A).astype(">u2")
    (out / "rgb16.png").write_bytes(png(37, 23, 16, 2, lines(deep), chunks=gamma))
    (out / "gamma.png").write_bytes(png(37, 23, 8, 0, lines(np.asarray(grey)), chunks=gamma))
    # Both sides of 255, where Pillow clips 16-bit grey.
    dark = (np.asarray(grey)[:12, :20].astype(np.uint16) * 3).astype(">u2")
    (out / "grey16.png").write_bytes(png(20, 12, 16, 0, lines(dark)))
    deep = (np.asarray(rgba)[:12, :20].astype(np.uint16) << 8 | 0xC3).astype(">u2")
    (out / "rgba16.png").write_bytes(png(20, 12, 16, 6, lines(deep)))
    (out / "grey_alpha16.png").write_bytes(png(20, 12, 16, 4, lines(deep[..., 2:].copy())))
    base.crop((0, 0, 1, 1)).save(out / "one.png")


def without_segment(file, marker):
    at = file.index(b"\xff" + bytes([marker]))
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2 : at + 4])[0] :]


def make_jpegs(out, smooth):
    for orientation in range(1, 9):
        smooth.save(out / f"orientation{orientation}.jpg", exif=turned(orientation), quality=95, subsampling=0)
    smooth.save(out / "turned_xmp.jpg", xmp=XMP_TURNED, quality=80)
    smooth.convert("L").save(out / "grey.jpg", quality=95)
    odd = smooth.crop((0, 0, 23, 13))
    for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
        odd.save(out / f"chroma{name}.jpg", quality=60, subsampling=subsampling)
    odd.save(out / "progressive.jpg", quality=70, progressive=True)
    odd.save(out / "rgb.jpg", quality=80, keep_rgb=True)
    odd.save(out / "profile.jpg", quality=80, icc_profile=odd_profile())
    odd.crop((0, 0, 1, 1)).save(out / "one.jpg")
    plain = (out / "chroma444.jpg").read_bytes()
    (out / "no_jfif.jpg").write_bytes(without_segment(plain, 0xE0))
    names = without_segment(plain, 0xE0)
    frame, scan = names.index(b"\xff\xc0"), names.index(b"\xff\xda")
    names = bytearray(names)
    for i in range(3):
        names[frame + 10 + 3 * i] = names[scan + 5 + 2 * i] = b"abc"[i]
    (out / "odd_names.jpg").write_bytes(bytes(names))

    inks = np.dstack([np.asarray(odd), 255 - np.asarray(odd.convert("L")) // 2])
    Image.fromarray(inks, "CMYK").save(out / "cmyk.jpg", quality=90)
    cmyk = (out / "cmyk.jpg").read_bytes()
    at = cmyk.index(b"Adobe") + 11
    (out / "ycck.jpg").write_bytes(cmyk[:at] + b"\2" + cmyk[at + 1 :])
    (out / "cmyk_plain.jpg").write_bytes(without_segment(cmyk, 0xEE))


def tiff(width, height, order, data, bits, photometric, samples=1, **more):
    """A TIFF of one strip, or one a plane, not compressed: for the flavours that Pillow reads but does not write."""
    planes = data if isinstance(data, list) else [data]
    tags = {256: [width], 257: [height], 258: [bits] * samples, 259: [1], 262: [photometric], 277: [samples], 278: [height]}
    tags[279] = [len(plane) for plane in planes]
    tags.update({int(tag[1:]): value for tag, value in more.items()})
    at, tags[273] = 8, []
    for plane in planes:
        tags[273].append(at)
        at += len(plane)
    start = at + at % 2
    values = start + 2 + 12 * len(tags) + 4
    directory, extra = struct.pack(order + "H", len(tags)), b""
    for tag in sorted(tags):
        encoded = struct.pack(f"{order}{len(tags[tag])}{'I' if tag in (273, 279) else 'H'}", *tags[tag])
        directory += struct.pack(order + "HHI", tag, 4 if tag in (273, 279) else 3, len(tags[tag]))
        directory += encoded.ljust(4, b"\0") if len(encoded) <= 4 else struct.pack(order + "I", values + len(extra))
        extra += encoded if len(encoded) > 4 else b""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, start)
    return head + b"".join(planes) + b"\0" * (at % 2) + directory + struct.pack(order + "I", 0) + extra


def make_tiffs(out, base):
    def save(image, name, **options):
        image.save(out / f"{name}.tif", **options)

    grey = base.convert("L")
    rgba = base.convert("RGBA")
    rgba.putalpha(grey)
    for name, compression in (("none", None), ("lzw", "tiff_lzw"), ("deflate", "tiff_adobe_deflate"), ("packbits", "packbits"), ("jpeg", "jpeg")):
        save(base, f"rgb_{name}", compression=compression)
    save(base, "predicted", compression="tiff_lzw", tiffinfo={317: 2, 278: 5})
    save(base, "tiled", compression="tiff_lzw", tiffinfo={322: 16, 323: 16})
    save(base, "turned", compression="tiff_lzw", tiffinfo={ORIENTATION: 6})
    save(base, "profile", compression="tiff_lzw", icc_profile=odd_profile())
    save(rgba, "rgba", compression="tiff_lzw")
    save(grey.convert("LA"), "grey_alpha", compression="tiff_lzw")
    save(grey, "grey", compression="tiff_lzw")
    save(base.quantize(40), "palette", compression="tiff_lzw")
    inks = np.dstack([np.asarray(base), 255 - np.asarray(grey) // 2])
    save(Image.fromarray(inks, "CMYK"), "cmyk", compression="tiff_lzw")
    save(Image.fromarray(inks, "CMYK"), "cmyk_jpeg", compression="jpeg")
    bilevel = base.convert("1")
    for name in ("group3", "group4", "tiff_ccitt"):
        save(bilevel, f"bilevel_{name}", compression=name)
    dark = np.asarray(grey).astype(np.uint16) * 3
    save(Image.fromarray(dark), "grey16", compression="tiff_lzw")
    base.save(out / "pages.tif", compression="tiff_lzw", save_all=True, append_images=[grey, base.rotate(90, expand=True)])
    save(base.convert("YCbCr"), "ycbcr")

    width, height = base.size
    rgb, levels = np.asarray(base), np.asarray(grey)
    deep = rgb.astype(np.uint16) << 8 | 0x3C
    made = {
        "grey16_big": tiff(width, height, ">", dark.astype(">u2").tobytes(), 16, 1),
        "rgb16": tiff(width, height, "<", deep.astype("<u2").tobytes(), 16, 2, 3),
        "rgb16_big": tiff(width, height, ">", deep.astype(">u2").tobytes(), 16, 2, 3),
        "white_is_0": tiff(width, height, "<", levels.tobytes(), 8, 0),
        "grey4": tiff(width, height, "<", packed(levels >> 4, 4).tobytes(), 4, 1),
        "grey2_white_is_0": tiff(width, height, ">", packed(levels >> 6, 2).tobytes(), 2, 0),
        "planes": tiff(width, height, "<", [rgb[..., c].tobytes() for c in range(3)], 8, 2, 3, t284=[2]),
        "unnamed_alpha": tiff(width, height, "<", np.asarray(rgba).tobytes(), 8, 2, 4, t338=[0]),
        "premultiplied": tiff(width, height, "<", np.asarray(rgba).tobytes(), 8, 2, 4, t338=[1]),
        "cmyk16": tiff(width, height, "<", (inks.astype(np.uint16) << 8 | 7).astype("<u2").tobytes(), 16, 5, 4),
    }
    for name, file in made.items():
        (out / f"{name}.tif").write_bytes(file)


def make_webps(out, base):
    rgba = base.convert("RGBA")
    rgba.putalpha(base.convert("L"))
    base.save(out / "lossy.webp", quality=50)
    base.crop((0, 0, 21, 17)).save(out / "lossy_odd.webp", quality=85)
    base.save(out / "lossless.webp", lossless=True)
    rgba.save(out / "alpha_lossy.webp", quality=70)
    rgba.save(out / "alpha_lossless.webp", lossless=True, exact=True)
    base.save(out / "turned.webp", quality=70, exif=turned(8).tobytes())
    base.save(out / "profile.webp", lossless=True, icc_profile=odd_profile())
    base.crop((0, 0, 1, 1)).save(out / "one.webp", quality=80)


def make_gifs(out, base):
    indexed = base.quantize(60)
    indexed.save(out / "palette.gif", interlace=0)
    indexed.save(out / "interlaced.gif", interlace=1)
    indexed.save(out / "transparent.gif", transparency=7)
    base.convert("L").save(out / "animated.gif", save_all=True, append_images=[base.rotate(180).convert("L")])
    # A frame that does not fill its canvas, with and without a transparent colour.
    for name in ("palette", "transparent"):
        file = bytearray((out / f"{name}.gif").read_bytes())
        file[6:10] = struct.pack("<HH", 50, 30)
        at = file.index(b"\x2c\0\0\0\0" + struct.pack("<HH", *base.size))
        file[at + 1 : at + 5] = struct.pack("<HH", 9, 4)
        (out / f"{name}_placed.gif").write_bytes(bytes(file))


def bmp(width, height, bits, data, masks=b""):
    offset = 14 + 40 + len(masks)
    head = struct.pack("<2sIHHI", b"BM", offset + len(data), 0, 0, offset)
    return head + struct.pack("<IiiHHIIiiII", 40, width, -height, 1, bits, 3 if masks else 0, len(data), 0, 0, 0, 0) + masks + data


def padded_rows(samples):
    return np.pad(samples, ((0, 0), (0, samples.shape[1] % 2))).astype("<u2").tobytes()


def make_bmps(out, base):
    base.save(out / "rgb.bmp")
    base.quantize(30).save(out / "palette.bmp")
    base.convert("1").save(out / "bilevel.bmp")
    base.convert("L").save(out / "grey.bmp")
    rgb = np.asarray(base)[:15, :23].astype(np.uint16)
    small = (rgb[..., 0] >> 3) << 10 | (rgb[..., 1] >> 3) << 5 | rgb[..., 2] >> 3
    (out / "rgb555.bmp").write_bytes(bmp(23, 15, 16, padded_rows(small)))
    small = (rgb[..., 0] >> 3) << 11 | (rgb[..., 1] >> 2) << 5 | rgb[..., 2] >> 3
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    (out / "rgb565.bmp").write_bytes(bmp(23, 15, 16, padded_rows(small), masks))
    four = np.dstack([rgb[..., ::-1], rgb[..., :1]]).astype(np.uint8)
    (out / "rgb32.bmp").write_bytes(bmp(23, 15, 32, four.tobytes()))


def taken(file):
    try:
        with Image.open(io.BytesIO(file), formats=["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"]) as image:
            image.load()
            return True
    except Exception:
        return False


def damage(file):
    refused = [length for length in range(len(file)) if not taken(file[:length])]
    inverted = [taken(file[:at] + bytes([file[at] ^ 255]) + file[at + 1 :]) for at in range(0, len(file), 7)]
    return {"least": refused[-1] + 1, "inverted": "".join("01"[one] for one in inverted)}


def write_damage(out):
    # libtiff and libjpeg have much to say about such files.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    pictures = [file for file in sorted(out.iterdir()) if file.suffix != ".rgb"]
    answers = {file.name: damage(file.read_bytes()) for file in pictures}
    (out.parent / "damaged-pictures.json").write_text(json.dumps(answers, indent=0) + "\n")


SIZES = ((16, 16), (23, 31), (1, 1), (7, 80), (124, 1), (36, 20))
MORE_SIZES = ((41, 20), (53, 44), (36, 21), (50, 12))
COMMON = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    base = scene(37, 23)
    smooth = base.resize((24, 16), Image.Resampling.BICUBIC)
    make_pngs(out, base)
    make_jpegs(out, smooth)
    make_tiffs(out, smooth)
    make_webps(out, smooth)
    make_gifs(out, smooth)
    make_bmps(out, smooth)
    for file in sorted(out.iterdir()):
        with Image.open(file) as image:
            write_answer(out / (file.name + ".rgb"), image)

    resized = scene(41, 31, seed=1)
    resized.save(out / "resize.png")
    write_answer(out / "resize.png.rgb", resized)
    for width, height in SIZES + MORE_SIZES:
        for filter in Image.Resampling:
            if filter in COMMON or (filter < 6 and (width, height) in SIZES):
                answer = resized.resize((width, height), filter)
                write_answer(out / f"resize-{filter.name.lower()}-{width}x{height}.rgb", answer)
    write_damage(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
