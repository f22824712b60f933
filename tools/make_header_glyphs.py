"""Draws the glyphs that questions are written with above a picture (Pix2Struct), and headers to compare with.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy fonttools
    venv/bin/python tools/make_header_glyphs.py Arimo-Regular.ttf io/src

The font is Arimo 1.33 (SIL Open Font License 1.1; Debian package fonts-croscore), whose widths are those of Arial, the font of
the reference. Pillow's basic layout at 36 pixels draws each glyph; src/main gets them as header-glyphs.bin, deflated:
16-bit ascent and distance of lines, then for each glyph, the one for missing characters first, code point (16 bits),
advance, left edge from the pen, top edge above the base line, width and height (8 bits each), and coverage row by row.
"""

import json
import struct
import sys
import textwrap
import zlib
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

SIZE = 36
# Latin, Greek, Cyrillic, punctuation, currency, letter-like, arrows, mathematics, boxes and shapes.
RANGES = ((0x20, 0x7E), (0xA0, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x214F), (0x2150, 0x23FF), (0x2500, 0x26FF), (0xFB01, 0xFB02))

HEADERS = {
    "short": "What is it?",
    "marks": "Größe, ¿qué? – “café” (50 % of 3½) → Ωμέγα, Привет; fff jäger… and now a second line, which is jaggy",
    "missing": "日本 \U0001f600 \u0007",
    "blank": " ",
}

TEXTS = (
    "",
    "   ",
    "one two",
    "Which of the bars in this chart, from left to right, is taller than its neighbour on either side of it?",
    "well-known state-of-the-art question-answering systems -- those with over-long-compound-words-in-them-all",
    "x" * 100 + " and\ttabs,\n line  breaks\r\n\tmore\u000b\f end  ",
    "a" * 30 + "-" + "b" * 70 + "-" + "c" * 90,
    "-" * 200,
    "a dash--between words and more---words of a sentence that is long enough to reach the end--of a line",
    "non\u00a0breaking " * 12,
    "日本語の文章" * 20,
    "3-4 x-y ab-cd ab-3c ½-½a über-größe e-e-e-mail foo--bar " * 4,
    "\U0001f600" * 90,
    "word " * 15 + "exactly eighty" + " " * 40 + "after",
)


def glyph(font, text):
    mask, (left, top) = font.getmask2(text, mode="L", anchor="ls")
    width, height = mask.size
    # Mode characters: no side of a glyph of 36 pixels comes near 127.
    return struct.pack(">BbbBB", round(font.getlength(text)), left, -top, width, height) + bytes(mask)


def header(font, text):
    """What the reference does with its own font: lines of 80 characters at most, black on white, 5 pixels around."""
    text = "\n".join(textwrap.TextWrapper(width=80).wrap(text))
    draw = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    _, _, width, height = draw.textbbox((0, 0), text, font=font)
    image = Image.new("RGB", (int(width) + 10, int(height) + 10), "white")
    ImageDraw.Draw(image).text((5, 5), text, fill="black", font=font)
    return image


def main(file, src):
    font = ImageFont.truetype(file, SIZE, layout_engine=ImageFont.Layout.BASIC)
    known = TTFont(file).getBestCmap()
    codes = [code for first, last in RANGES for code in range(first, last + 1) if code in known]
    # A code point that the font lacks shows what it draws for all of these.
    glyphs = struct.pack(">H", 0) + glyph(font, "\uffff")
    glyphs += b"".join(struct.pack(">H", code) + glyph(font, chr(code)) for code in codes)
    lines = font.getbbox("A")[3] + 4
    out = src / "main/resources/dev/deed/processing/picture/header-glyphs.bin"
    out.write_bytes(zlib.compress(struct.pack(">HH", font.getmetrics()[0], lines) + glyphs, 9))
    print(f"{len(codes)} glyphs, {out.stat().st_size} bytes")
    tests = src / "test/resources/headers"
    tests.mkdir(parents=True, exist_ok=True)
    for name, text in HEADERS.items():
        image = header(font, text)
        answer = struct.pack(">HH", *image.size) + image.tobytes()
        (tests / f"{name}.rgb").write_bytes(zlib.compress(answer, 9))
        (tests / f"{name}.txt").write_text(text, encoding="utf-8")
    breaks = [{"text": text, "lines": textwrap.TextWrapper(width=80).wrap(text)} for text in TEXTS]
    (tests / "lines.json").write_text(json.dumps(breaks, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
