"""Writes the weights of a model folder at random, for tools that make folders of a shape. Python 3 alone."""

import array
import json
import random
import struct
import sys

# A prime number, so that no two of a matrix's first 262,147 rows are the same. With equal rows a hundred tokens share
# the largest logit, and screening computes each of them.
BLOCK = 262_147


def elements(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def values(bf16=False):
    """A block of bytes of small random numbers. All tensors take theirs from it, again and again."""
    generator = random.Random(1)
    numbers = array.array("f", (generator.gauss(0, 0.03) for _ in range(BLOCK)))
    if sys.byteorder == "big":
        numbers.byteswap()
    block = numbers.tobytes()
    return b"".join(block[i + 2 : i + 4] for i in range(0, len(block), 4)) if bf16 else block


def write(path, entries, block, bf16=False):
    """A safetensors file of (name, shape) pairs."""
    width = 2 if bf16 else 4
    header, offset = {}, 0
    for name, shape in entries:
        size = width * elements(shape)
        header[name] = {"dtype": "BF16" if bf16 else "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        left = offset
        while left:
            out.write(block[: min(left, len(block))])
            left -= min(left, len(block))
