#!/usr/bin/env python3
"""Turns a Whisper folder of CTranslate2 into an ordinary Hugging Face folder.

Needs: pip install numpy safetensors.

    lab/scripts/whisper_from_ctranslate2.py SOURCE TARGET

SOURCE holds model.bin, config.json and tokenizer.json, as faster-whisper's folders do. TARGET gets
config.json, generation_config.json, preprocessor_config.json, tokenizer.json, tokenizer_config.json
and model.safetensors with the weights as they are stored, unrounded (mostly float16).

A model.bin of binary version 6 holds, little-endian: version (u32), name of the specification,
its revision (u32), number of variables (u32); for each variable its name, rank (u8), dimensions
(u32 each), type (u8), bytes (u32) and values; then the number of aliases (u32), each an alias and
the name that it stands for. A string is its length with the closing zero (u16) and its bytes.
"""

import argparse
import json
import pathlib
import shutil
import struct
import sys

import numpy as np
from safetensors.numpy import save_file

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
SPECIFICATION = (6, "WhisperSpec", 3)

# What stands in every configuration of these sizes and in no file of CTranslate2.
MAX_LENGTH = 448
SAMPLES_PER_SECOND = 16_000
HOP = 160


class Binary:
    """A model.bin: `header` and `variables` by name."""

    def __init__(self, path):
        self.bytes = path.read_bytes()
        self.at = 0
        self.header = (self.number("I"), self.text(), self.number("I"))
        if self.header != SPECIFICATION:
            sys.exit(f"{path}: is {self.header}, known is {SPECIFICATION}")
        self.variables = dict(self.variable() for _ in range(self.number("I")))
        for _ in range(self.number("I")):
            alias, name = self.text(), self.text()
            self.variables[alias] = self.variables[name]
        if self.at != len(self.bytes):
            sys.exit(f"{path}: {len(self.bytes) - self.at} bytes are left")

    def number(self, kind):
        (value,) = struct.unpack_from("<" + kind, self.bytes, self.at)
        self.at += struct.calcsize("<" + kind)
        return value

    def text(self):
        length = self.number("H")
        value = self.bytes[self.at : self.at + length - 1].decode()
        self.at += length
        return value

    def variable(self):
        name = self.text()
        shape = [self.number("I") for _ in range(self.number("B"))]
        kind = TYPES[self.number("B")]
        size = self.number("I")
        values = np.frombuffer(self.bytes, kind, size // np.dtype(kind).itemsize, self.at)
        self.at += size
        return name, values.reshape(shape)


def split(tensors, variables, source, target, parts):
    """Undoes the fusing of projections. Whisper's keys have no bias: theirs is zero."""
    weights = np.split(variables[source + "/weight"], len(parts))
    biases = np.split(variables[source + "/bias"], len(parts))
    for part, weight, bias in zip(parts, weights, biases):
        tensors[f"{target}.{part}.weight"] = weight
        if part != "k_proj":
            tensors[f"{target}.{part}.bias"] = bias
        elif bias.any():
            sys.exit(f"{source}/bias: the keys' part is not zero")


def norm(tensors, variables, source, target):
    tensors[target + ".weight"] = variables[source + "/gamma"]
    tensors[target + ".bias"] = variables[source + "/beta"]


def attention(tensors, variables, source, target, fused):
    for i, parts in enumerate(fused):
        split(tensors, variables, f"{source}/linear_{i}", target, parts)
    norm(tensors, variables, source + "/layer_norm", target + "_layer_norm")


def layers(variables, side):
    number = 0
    while f"{side}/layer_{number}/ffn/linear_0/weight" in variables:
        number += 1
    return number


def stack(tensors, variables, side):
    for i in range(layers(variables, side)):
        source, target = f"{side}/layer_{i}", f"model.{side}.layers.{i}"
        attention(
            tensors, variables, source + "/self_attention", target + ".self_attn",
            [["q_proj", "k_proj", "v_proj"], ["out_proj"]],
        )
        if side == "decoder":
            attention(
                tensors, variables, source + "/attention", target + ".encoder_attn",
                [["q_proj"], ["k_proj", "v_proj"], ["out_proj"]],
            )
        split(tensors, variables, source + "/ffn/linear_0", target, ["fc1"])
        split(tensors, variables, source + "/ffn/linear_1", target, ["fc2"])
        norm(tensors, variables, source + "/ffn/layer_norm", target + ".final_layer_norm")
    norm(tensors, variables, f"{side}/layer_norm", f"model.{side}.layer_norm")
    tensors[f"model.{side}.embed_positions.weight"] = variables[
        f"{side}/position_encodings/encodings"
    ]


def weights(variables):
    tensors = {"model.decoder.embed_tokens.weight": variables["decoder/embeddings/weight"]}
    for convolution in ("conv1", "conv2"):
        split(tensors, variables, f"encoder/{convolution}", "model.encoder", [convolution])
    stack(tensors, variables, "encoder")
    stack(tensors, variables, "decoder")
    return {name: np.ascontiguousarray(values) for name, values in tensors.items()}


def configuration(variables, ids):
    vocabulary, width = variables["decoder/embeddings/weight"].shape
    positions = variables["encoder/position_encodings/encodings"].shape[0]
    end = ids["<|endoftext|>"]
    config = {
        "architectures": ["WhisperForConditionalGeneration"],
        "model_type": "whisper",
        "is_encoder_decoder": True,
        "activation_function": "gelu",
        "d_model": width,
        "vocab_size": vocabulary,
        "num_mel_bins": variables["encoder/conv1/weight"].shape[1],
        "max_source_positions": positions,
        "max_target_positions": variables["decoder/position_encodings/encodings"].shape[0],
        "scale_embedding": bool(variables["decoder/scale_embeddings"]),
        "tie_word_embeddings": True,
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
        "decoder_start_token_id": ids["<|startoftranscript|>"],
        "dtype": "float16",
    }
    for side in ("encoder", "decoder"):
        config[side + "_layers"] = layers(variables, side)
        config[side + "_attention_heads"] = int(variables[side + "/num_heads"])
        config[side + "_ffn_dim"] = variables[f"{side}/layer_0/ffn/linear_0/weight"].shape[0]
    return config


def generation(config, source, ids):
    multilingual = "lang_ids" in source and config["vocab_size"] >= 51_865
    settings = {
        key: config[key]
        for key in ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")
    }
    settings |= {
        "max_length": MAX_LENGTH,
        "suppress_tokens": source["suppress_ids"],
        "begin_suppress_tokens": source["suppress_ids_begin"],
        "alignment_heads": source["alignment_heads"],
        "is_multilingual": multilingual,
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "prev_sot_token_id": ids["<|startofprev|>"],
        "return_timestamps": False,
    }
    if multilingual:
        names = {number: name for name, number in ids.items()}
        settings["lang_to_id"] = {names[number]: number for number in source["lang_ids"]}
        settings["task_to_id"] = {
            task: ids[f"<|{task}|>"] for task in ("transcribe", "translate")
        }
    return settings


def preprocessing(config):
    frames = 2 * config["max_source_positions"]
    return {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "feature_size": config["num_mel_bins"],
        "sampling_rate": SAMPLES_PER_SECOND,
        "hop_length": HOP,
        "n_fft": 400,
        "chunk_length": frames * HOP // SAMPLES_PER_SECOND,
        "padding_side": "right",
        "padding_value": 0.0,
        "return_attention_mask": False,
    }


def convert(source, target):
    variables = Binary(source / "model.bin").variables
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    ids = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    config = configuration(variables, ids)
    pages = {
        "config.json": config,
        "generation_config.json": generation(
            config, json.loads((source / "config.json").read_text()), ids
        ),
        "preprocessor_config.json": preprocessing(config),
        "tokenizer_config.json": {
            "tokenizer_class": "WhisperTokenizer",
            "bos_token": "<|endoftext|>",
            "eos_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
        },
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (target / name).write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    save_file(weights(variables), target / "model.safetensors", metadata={"format": "pt"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    arguments = parser.parse_args()
    convert(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
