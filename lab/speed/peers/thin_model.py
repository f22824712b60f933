#!/usr/bin/env python3
"""Writes a copy of a model folder with some of its decoder's layers, as an assistant of it. Its encoder stays the same, bit for bit.

Needs Python 3 alone. BART, T5, Whisper and TrOCR, weights in one file; layers count from 0.

    lab/speed/peers/thin_model.py MODEL OUT 0,1
"""

import json
import pathlib
import re
import shutil
import struct
import sys

LAYER = re.compile(r"(.*decoder\.(?:layers|block)\.)(\d+)(\..*)")
# T5 keeps its table of distances in the first layer.
DISTANCES = "relative_attention_bias"


def main():
    model, out, kept = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), [int(n) for n in sys.argv[3].split(",")]
    out.mkdir(parents=True)
    for file in model.iterdir():
        if file.is_file() and file.suffix == ".json":
            shutil.copy(file, out)
    config = json.loads((model / "config.json").read_text())
    for part in (config, config.get("decoder") or {}):
        for name in ("decoder_layers", "num_decoder_layers"):
            if name in part:
                part[name] = len(kept)
    config.pop("exits", None)
    (out / "config.json").write_text(json.dumps(config))
    with open(model / "model.safetensors", "rb") as source:
        size = struct.unpack("<Q", source.read(8))[0]
        header = json.loads(source.read(size))
        tensors, at = {}, 0
        for name, tensor in header.items():
            layer = LAYER.match(name)
            new = name
            if name == "__metadata__":
                continue
            if layer and not (DISTANCES in name and int(layer[2]) == 0):
                if int(layer[2]) not in kept:
                    continue
                new = layer[1] + str(kept.index(int(layer[2]))) + layer[3]
            begin, end = tensor["data_offsets"]
            tensors[new] = (begin, end, {**tensor, "data_offsets": [at, at + end - begin]})
            at += end - begin
        text = json.dumps({name: entry for name, (_, _, entry) in tensors.items()}).encode()
        text += b" " * (-len(text) % 8)
        with open(out / "model.safetensors", "wb") as target:
            target.write(struct.pack("<Q", len(text)) + text)
            for begin, end, _ in tensors.values():
                source.seek(8 + size + begin)
                target.write(source.read(end - begin))


main()
