#!/usr/bin/env python3
"""Writes a TrOCR folder of TrOCR-base's shape (or another) with random weights, for measuring speed.

Needs Python 3 alone. TrOCR-base has 334 million parameters: 1,335 MB in fp32. Layers take their values in turn from one
block of random numbers. The folder takes its tokenizer and its picture settings from another TrOCR folder.

    tools/make_trocr_folder.py OUT --like FOLDER [--encoder 12,768,12,3072] [--decoder 12,1024,16,4096] [--vocabulary 50265]
"""

import argparse
import json
import pathlib
import shutil
import sys

from random_folder import values, write

SIZE, PATCH, PLACES = 384, 16, 512


def linear(name, outputs, inputs, bias=True):
    yield f"{name}.weight", [outputs, inputs]
    if bias:
        yield f"{name}.bias", [outputs]


def norm(name, width):
    yield f"{name}.weight", [width]
    yield f"{name}.bias", [width]


def encoder(layers, width, feed_forward):
    yield "encoder.embeddings.cls_token", [1, 1, width]
    yield "encoder.embeddings.position_embeddings", [1, (SIZE // PATCH) ** 2 + 1, width]
    yield "encoder.embeddings.patch_embeddings.projection.weight", [width, 3, PATCH, PATCH]
    yield "encoder.embeddings.patch_embeddings.projection.bias", [width]
    for i in range(layers):
        layer = f"encoder.encoder.layer.{i}"
        for part in "query", "key", "value":
            yield from linear(f"{layer}.attention.attention.{part}", width, width, False)
        yield from linear(f"{layer}.attention.output.dense", width, width)
        yield from linear(f"{layer}.intermediate.dense", feed_forward, width)
        yield from linear(f"{layer}.output.dense", width, feed_forward)
        yield from norm(f"{layer}.layernorm_before", width)
        yield from norm(f"{layer}.layernorm_after", width)
    yield from norm("encoder.layernorm", width)


def decoder(layers, width, feed_forward, cross, vocabulary):
    stack = "decoder.model.decoder"
    yield f"{stack}.embed_tokens.weight", [vocabulary, width]
    yield f"{stack}.embed_positions.weight", [PLACES + 2, width]
    yield from norm(f"{stack}.layernorm_embedding", width)
    for i in range(layers):
        layer = f"{stack}.layers.{i}"
        for attention, source in ("self_attn", width), ("encoder_attn", cross):
            for part, inputs in ("q_proj", width), ("k_proj", source), ("v_proj", source), ("out_proj", width):
                yield from linear(f"{layer}.{attention}.{part}", width, inputs)
            yield from norm(f"{layer}.{attention}_layer_norm", width)
        yield from linear(f"{layer}.fc1", feed_forward, width)
        yield from linear(f"{layer}.fc2", width, feed_forward)
        yield from norm(f"{layer}.final_layer_norm", width)


def sizes(text):
    return [int(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--like", type=pathlib.Path, required=True, help="a folder with tokenizer and picture settings")
    parser.add_argument("--encoder", type=sizes, default=[12, 768, 12, 3072], help="layers,width,heads,feed-forward")
    parser.add_argument("--decoder", type=sizes, default=[12, 1024, 16, 4096], help="layers,width,heads,feed-forward")
    parser.add_argument("--vocabulary", type=int, default=50265)
    a = parser.parse_args()
    if a.out.exists():
        sys.exit(f"{a.out}: exists; give a new folder")
    a.out.mkdir(parents=True)
    (layers, width, heads, forward), (d_layers, d_width, d_heads, d_forward) = a.encoder, a.decoder
    entries = [*encoder(layers, width, forward), *decoder(d_layers, d_width, d_forward, width, a.vocabulary)]
    write(a.out / "model.safetensors", entries, values())
    config = json.loads((a.like / "config.json").read_text())
    config["encoder"].update(hidden_size=width, image_size=SIZE, intermediate_size=forward, num_attention_heads=heads,
                             num_hidden_layers=layers, patch_size=PATCH, qkv_bias=False)
    config["decoder"].update(cross_attention_hidden_size=width, d_model=d_width, decoder_attention_heads=d_heads,
                             decoder_ffn_dim=d_forward, decoder_layers=d_layers, max_position_embeddings=PLACES,
                             vocab_size=a.vocabulary)
    (a.out / "config.json").write_text(json.dumps(config, indent=1))
    settings = json.loads((a.like / "preprocessor_config.json").read_text())
    settings["size"] = {"height": SIZE, "width": SIZE}
    (a.out / "preprocessor_config.json").write_text(json.dumps(settings, indent=1))
    for name in "tokenizer.json", "tokenizer_config.json", "generation_config.json":
        shutil.copy(a.like / name, a.out / name)


main()
