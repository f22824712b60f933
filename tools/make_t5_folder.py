#!/usr/bin/env python3
"""Writes a T5 folder of T5-base's shape (or another) with random weights, for measuring opening time and memory.

Needs Python 3 alone. T5-base has 223 million parameters: 892 MB in fp32.

    tools/make_t5_folder.py OUT [--layers 12] [--width 768] [--feed-forward 3072] [--vocabulary 32128] [--bf16] [--shards N]
"""

import argparse
import json
import pathlib
import sys

from random_folder import values, write


def tensors(a):
    inner = a.width
    yield "shared.weight", [a.vocabulary, a.width]
    for side, attentions in (("encoder", ["SelfAttention"]), ("decoder", ["SelfAttention", "EncDecAttention"])):
        for layer in range(a.layers):
            block = f"{side}.block.{layer}.layer"
            for place, module in enumerate(attentions):
                for part in "qkv":
                    yield f"{block}.{place}.{module}.{part}.weight", [inner, a.width]
                yield f"{block}.{place}.{module}.o.weight", [a.width, inner]
                if layer == 0 and module == "SelfAttention":
                    yield f"{block}.0.{module}.relative_attention_bias.weight", [32, a.heads]
                yield f"{block}.{place}.layer_norm.weight", [a.width]
            place = len(attentions)
            yield f"{block}.{place}.DenseReluDense.wi.weight", [a.feed_forward, a.width]
            yield f"{block}.{place}.DenseReluDense.wo.weight", [a.width, a.feed_forward]
            yield f"{block}.{place}.layer_norm.weight", [a.width]
        yield f"{side}.final_layer_norm.weight", [a.width]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--feed-forward", type=int, default=3072)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--vocabulary", type=int, default=32128)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--shards", type=int, default=1)
    a = parser.parse_args()
    if a.out.exists():
        sys.exit(f"{a.out}: exists; give a new folder")
    a.out.mkdir(parents=True)
    block = values(a.bf16)
    entries = list(tensors(a))
    if a.shards == 1:
        write(a.out / "model.safetensors", entries, block, a.bf16)
    else:
        index = {"metadata": {}, "weight_map": {}}
        for shard in range(a.shards):
            name = f"model-{shard + 1:05}-of-{a.shards:05}.safetensors"
            part = entries[len(entries) * shard // a.shards : len(entries) * (shard + 1) // a.shards]
            write(a.out / name, part, block, a.bf16)
            index["weight_map"].update((tensor, name) for tensor, _ in part)
        (a.out / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))
    config = {
        "model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True,
        "d_model": a.width, "d_ff": a.feed_forward, "d_kv": a.width // a.heads, "num_heads": a.heads,
        "num_layers": a.layers, "num_decoder_layers": a.layers, "vocab_size": a.vocabulary,
        "feed_forward_proj": "relu", "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
        "layer_norm_epsilon": 1e-6, "tie_word_embeddings": True,
        "decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0,
    }
    (a.out / "config.json").write_text(json.dumps(config, indent=1))


main()
