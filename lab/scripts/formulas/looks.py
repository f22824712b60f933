"""What becomes of a set formula before someone has it as a picture: margins, greys, blur, JPEG, light on dark."""

import io

import numpy
from PIL import Image

FILTERS = [
    Image.Resampling.LANCZOS,
    Image.Resampling.BICUBIC,
    Image.Resampling.BILINEAR,
    Image.Resampling.BOX,
]


def trimmed(ink):
    """The part of an array of ink (0 to 1) that has any; None where there is none."""
    dark = ink > 0.08
    rows, columns = numpy.flatnonzero(dark.any(1)), numpy.flatnonzero(dark.any(0))
    if not len(rows):
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def resized(ink, width, height, kind):
    image = Image.fromarray(ink.astype(numpy.float32), "F")
    return numpy.clip(numpy.asarray(image.resize((width, height), kind)), 0, 1)


def shrunk(ink, share, random):
    height, width = ink.shape
    new = max(1, round(width * share)), max(1, round(height * share))
    return resized(ink, *new, FILTERS[random.integers(len(FILTERS))])


def framed(ink, em, margins):
    """Margins in em: left, right, above, below."""
    left, right, above, below = (max(0, round(em * margin)) for margin in margins)
    return numpy.pad(ink, ((above, below), (left, right)))


def plain(ink, em, margin=0.3):
    """Black on white."""
    return grey(framed(ink, em, [margin] * 4), 255, 0)


def drawn(ink, em, random):
    """As it may come: most of them plainly."""
    wide = random.random() < 0.3
    ink = framed(ink, em, random.uniform(0, 1.5 if wide else 0.4, 4))
    if random.random() < 0.1:
        height, width = ink.shape
        ink = resized(shrunk(ink, random.uniform(0.75, 0.95), random), width, height, Image.Resampling.BICUBIC)
    if random.random() < 0.4:
        ink = ink ** numpy.exp(random.uniform(-0.6, 0.2))
    paper, dark = 255, 0
    if random.random() < 0.35:
        paper, dark = random.uniform(222, 255), random.uniform(0, 110)
    if random.random() < 0.06:
        paper, dark = random.uniform(0, 60), random.uniform(185, 255)
    noise = random.uniform(2, 6) if random.random() < 0.04 else 0
    image = grey(ink, paper, dark, noise, random)
    if random.random() < 0.06:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=int(random.integers(50, 92)))
        image = Image.open(packed).convert("L")
    return image


def grey(ink, paper, dark, noise=0, random=None):
    level = paper + (dark - paper) * ink
    if noise:
        level = level + noise * random.standard_normal(ink.shape)
    return Image.fromarray(numpy.clip(numpy.round(level), 0, 255).astype(numpy.uint8), "L")
