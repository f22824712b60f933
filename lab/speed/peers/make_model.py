#!/usr/bin/env python3
"""Writes a model folder of a real shape with random weights: speed and memory depend on the shape, not on the training.

Needs Python 3 alone. T5-base has 223 to 248 million parameters: about 1 GB in fp32.

    lab/speed/peers/make_model.py SHAPE OUT [--set NAME=NUMBER ...] [--bf16] [--shards N] [--like FOLDER]

SHAPE: t5-small, t5-base, t5-base-v1.0, bart-base, trocr-small, trocr-base. `--set` changes a number of its config.json, of the
decoder's where there are two: `--set num_layers=2`. `--like` copies tokenizer and picture settings from a folder.
"""

import argparse
import array
import json
import pathlib
import random
import shutil
import struct
import sys

# A prime number: no two of a matrix's first 262,147 rows are the same. With equal rows, tokens would share the largest logit.
BLOCK = 262_147


def t5(width, heads, inner, layers, gated):
    return {
        "model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True,
        "vocab_size": 32128, "d_model": width, "d_kv": 64, "num_heads": heads, "d_ff": inner, "num_layers": layers,
        "num_decoder_layers": layers, "feed_forward_proj": "gated-gelu" if gated else "relu",
        "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6,
        "tie_word_embeddings": not gated, "decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1}


def bart():
    return {
        "model_type": "bart", "architectures": ["BartForConditionalGeneration"], "is_encoder_decoder": True,
        "vocab_size": 50265, "d_model": 768, "encoder_layers": 6, "decoder_layers": 6, "encoder_attention_heads": 12,
        "decoder_attention_heads": 12, "encoder_ffn_dim": 3072, "decoder_ffn_dim": 3072,
        "max_position_embeddings": 1024, "activation_function": "gelu", "scale_embedding": False,
        "tie_word_embeddings": True, "decoder_start_token_id": 2, "pad_token_id": 1, "bos_token_id": 0,
        "eos_token_id": 2, "forced_eos_token_id": None, "normalize_before": False, "normalize_embedding": True}


def trocr(kind, vision, text, vocabulary, activation, own_head):
    (width, heads, inner), (d_width, d_heads, d_inner, layers) = vision, text
    return {
        "model_type": "vision-encoder-decoder", "architectures": ["VisionEncoderDecoderModel"],
        "is_encoder_decoder": True, "decoder_start_token_id": 2, "pad_token_id": 1, "eos_token_id": 2,
        "tie_word_embeddings": not own_head,
        "encoder": {
            "model_type": kind, "hidden_size": width, "num_hidden_layers": 12, "num_attention_heads": heads,
            "intermediate_size": inner, "image_size": 384, "patch_size": 16, "num_channels": 3,
            "qkv_bias": kind == "deit", "hidden_act": "gelu", "layer_norm_eps": 1e-12},
        "decoder": {
            "model_type": "trocr", "is_decoder": True, "add_cross_attention": True, "vocab_size": vocabulary,
            "d_model": d_width, "decoder_layers": layers, "decoder_attention_heads": d_heads, "decoder_ffn_dim": d_inner,
            "activation_function": activation, "max_position_embeddings": 512, "cross_attention_hidden_size": width,
            "scale_embedding": own_head, "use_learned_position_embeddings": True, "layernorm_embedding": True,
            "tie_word_embeddings": not own_head, "decoder_start_token_id": 2, "pad_token_id": 1, "bos_token_id": 0,
            "eos_token_id": 2}}


SHAPES = {
    "t5-small": t5(512, 8, 2048, 6, False),
    "t5-base": t5(768, 12, 2048, 12, True),
    "t5-base-v1.0": t5(768, 12, 3072, 12, False),
    "bart-base": bart(),
    "trocr-small": trocr("deit", (384, 6, 1536), (256, 8, 1024, 6), 64044, "relu", True),
    "trocr-base": trocr("vit", (768, 12, 3072), (1024, 16, 4096, 12), 50265, "gelu", False)}


def linear(name, outputs, inputs, bias=True):
    yield f"{name}.weight", [outputs, inputs]
    if bias:
        yield f"{name}.bias", [outputs]


def norm(name, width):
    yield f"{name}.weight", [width]
    yield f"{name}.bias", [width]


def t5_tensors(c):
    width, inner = c["d_model"], c["d_kv"] * c["num_heads"]
    yield "shared.weight", [c["vocab_size"], width]
    sides = [("encoder", c["num_layers"], ["SelfAttention"])]
    sides.append(("decoder", c["num_decoder_layers"], ["SelfAttention", "EncDecAttention"]))
    for side, layers, attentions in sides:
        for layer in range(layers):
            block = f"{side}.block.{layer}.layer"
            for place, module in enumerate(attentions):
                for part in "qkv":
                    yield f"{block}.{place}.{module}.{part}.weight", [inner, width]
                yield f"{block}.{place}.{module}.o.weight", [width, inner]
                if layer == 0 and place == 0:
                    yield f"{block}.0.{module}.relative_attention_bias.weight", [32, c["num_heads"]]
                yield f"{block}.{place}.layer_norm.weight", [width]
            last = f"{block}.{len(attentions)}"
            for part in ("wi_0", "wi_1") if c["feed_forward_proj"].startswith("gated") else ("wi",):
                yield f"{last}.DenseReluDense.{part}.weight", [c["d_ff"], width]
            yield f"{last}.DenseReluDense.wo.weight", [width, c["d_ff"]]
            yield f"{last}.layer_norm.weight", [width]
        yield f"{side}.final_layer_norm.weight", [width]
    if not c["tie_word_embeddings"]:
        yield "lm_head.weight", [c["vocab_size"], width]


def bart_stack(stack, layers, width, inner, positions, cross=None):
    """Layers of BART's kind; cross: width of what they look at, None in an encoder."""
    yield f"{stack}.embed_positions.weight", [positions + 2, width]
    yield from norm(f"{stack}.layernorm_embedding", width)
    for i in range(layers):
        layer = f"{stack}.layers.{i}"
        attentions = [("self_attn", width)] + ([("encoder_attn", cross)] if cross else [])
        for attention, source in attentions:
            for part, inputs in ("q_proj", width), ("k_proj", source), ("v_proj", source), ("out_proj", width):
                yield from linear(f"{layer}.{attention}.{part}", width, inputs)
            yield from norm(f"{layer}.{attention}_layer_norm", width)
        yield from linear(f"{layer}.fc1", inner, width)
        yield from linear(f"{layer}.fc2", width, inner)
        yield from norm(f"{layer}.final_layer_norm", width)


def bart_tensors(c):
    width = c["d_model"]
    yield "model.shared.weight", [c["vocab_size"], width]
    for side, cross in ("encoder", None), ("decoder", width):
        yield from bart_stack(
            f"model.{side}", c[f"{side}_layers"], width, c[f"{side}_ffn_dim"], c["max_position_embeddings"], cross)
    yield "final_logits_bias", [1, c["vocab_size"]]


def trocr_tensors(c):
    e, d = c["encoder"], c["decoder"]
    width, extra = e["hidden_size"], 2 if e["model_type"] == "deit" else 1
    yield "encoder.embeddings.cls_token", [1, 1, width]
    if extra == 2:
        yield "encoder.embeddings.distillation_token", [1, 1, width]
    places = (e["image_size"] // e["patch_size"]) ** 2 + extra
    yield "encoder.embeddings.position_embeddings", [1, places, width]
    yield "encoder.embeddings.patch_embeddings.projection.weight", [width, 3, e["patch_size"], e["patch_size"]]
    yield "encoder.embeddings.patch_embeddings.projection.bias", [width]
    for i in range(e["num_hidden_layers"]):
        layer = f"encoder.encoder.layer.{i}"
        for part in "query", "key", "value":
            yield from linear(f"{layer}.attention.attention.{part}", width, width, e["qkv_bias"])
        yield from linear(f"{layer}.attention.output.dense", width, width)
        yield from linear(f"{layer}.intermediate.dense", e["intermediate_size"], width)
        yield from linear(f"{layer}.output.dense", width, e["intermediate_size"])
        yield from norm(f"{layer}.layernorm_before", width)
        yield from norm(f"{layer}.layernorm_after", width)
    yield from norm("encoder.layernorm", width)
    yield "decoder.model.decoder.embed_tokens.weight", [d["vocab_size"], d["d_model"]]
    yield from bart_stack(
        "decoder.model.decoder", d["decoder_layers"], d["d_model"], d["decoder_ffn_dim"],
        d["max_position_embeddings"], d["cross_attention_hidden_size"])
    if not d["tie_word_embeddings"]:
        yield "decoder.output_projection.weight", [d["vocab_size"], d["d_model"]]


TENSORS = {"t5": t5_tensors, "bart": bart_tensors, "vision-encoder-decoder": trocr_tensors}


def stored(numbers, bf16):
    values = array.array("f", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    block = values.tobytes()
    return b"".join(block[i + 2 : i + 4] for i in range(0, len(block), 4)) if bf16 else block


def filled(out, block, size, start=0):
    """Writes the bytes of a block again and again, from a place in it on."""
    while size:
        part = block[start : start + size]
        out.write(part)
        size -= len(part)
        start = 0


def kind(name):
    """Norms are 1. Small embeddings, large feed-forward networks: else greedy decoding repeats one token."""
    if name.endswith("bias"):
        return "bias"
    if "norm" in name:
        return "norm"
    if name.startswith("shared") or "embed_tokens" in name or name.startswith("model.shared"):
        return "embedding"
    return "output" if name.endswith(("wo.weight", "fc2.weight", "embed_positions.weight")) else "matrix"


SPREAD = {"bias": 0.02, "embedding": 0.02, "matrix": 0.05, "output": 0.2}


def write(path, entries, bf16):
    """A safetensors file; tensors take their numbers one behind the other from random blocks."""
    generator = random.Random(1)
    drawn = [generator.gauss(0, 1) for _ in range(BLOCK)]
    blocks = {name: stored((spread * number for number in drawn), bf16) for name, spread in SPREAD.items()}
    blocks["norm"] = stored([1.0] * BLOCK, bf16)
    width = 2 if bf16 else 4
    header, offset = {}, 0
    for name, shape in entries:
        size = width
        for side in shape:
            size *= side
        header[name] = {"dtype": "BF16" if bf16 else "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name, _ in entries:
            start, end = header[name]["data_offsets"]
            filled(out, blocks[kind(name)], end - start, start % (BLOCK * width))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=NUMBER")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--like", type=pathlib.Path)
    a = parser.parse_args()
    if a.out.exists():
        sys.exit(f"{a.out}: exists; give a new folder")
    config = SHAPES[a.shape]
    for setting in a.set:
        name, _, number = setting.partition("=")
        part = config.get("decoder", config)
        if not isinstance(part.get(name), int):
            sys.exit(f"--set {name}: is no number of this shape; see its config.json")
        part[name] = int(number)
    a.out.mkdir(parents=True)
    entries = list(TENSORS[config["model_type"]](config))
    if a.shards == 1:
        write(a.out / "model.safetensors", entries, a.bf16)
    else:
        places = {}
        for shard in range(a.shards):
            name = f"model-{shard + 1:05}-of-{a.shards:05}.safetensors"
            part = entries[len(entries) * shard // a.shards : len(entries) * (shard + 1) // a.shards]
            write(a.out / name, part, a.bf16)
            places.update((tensor, name) for tensor, _ in part)
        index = {"metadata": {}, "weight_map": places}
        (a.out / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))
    (a.out / "config.json").write_text(json.dumps(config, indent=1))
    for name in "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json":
        if a.like and (a.like / name).exists():
            shutil.copy(a.like / name, a.out / name)


if __name__ == "__main__":
    main()
