#!/usr/bin/env python3
"""Makes the fixtures of the document models: tiny folders of random weights, without text, and what they compute.

    pip install torch safetensors transformers==5.24.0 && tools/make_document_fixtures.py core/src/test/resources/families

UDOP is computed by Transformers, LaTr by tools/latr_reference.py. Tensors are named as in shared/golden/README.md; in
cases.json, `greedy` holds tokens and exit layers by threshold (`null`: full depth).
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from latr_reference import COORDINATES, Latr

PREFIX = [0, 7, 19, 3, 11]
THRESHOLDS = [None, 0.2, 0.35, 0.5, 2.0]


def normal(generator, deviation, *shape):
    return torch.randn(shape, generator=generator) * deviation


def latr_weights(config, generator):
    """Random weights of a LaTr folder, rounded to bfloat16."""
    width, inner, heads = config["d_model"], config["d_ff"], config["num_heads"]
    joined = heads * config["d_kv"]
    weights = {"shared.weight": normal(generator, 1, config["vocab_size"], width)}
    weights["lm_head.weight"] = normal(generator, 0.7, config["vocab_size"], width)
    for kind in COORDINATES if config["max_2d_position_embeddings"] else ():
        weights[f"encoder.layout.{kind}.weight"] = normal(generator, 0.5, 1001, width)

    def attention(name):
        for part in "qkv":
            weights[f"{name}.{part}.weight"] = normal(generator, width**-0.5, joined, width)
        weights[f"{name}.o.weight"] = normal(generator, joined**-0.5, width, joined)

    def norm(name, size=width):
        weights[name + ".weight"] = 1 + normal(generator, 0.1, size)

    for side, count in (("encoder", config["num_layers"]), ("decoder", config["num_decoder_layers"])):
        for i in range(count):
            layer = f"{side}.block.{i}.layer"
            attention(layer + ".0.SelfAttention")
            norm(layer + ".0.layer_norm")
            if side == "decoder":
                attention(layer + ".1.EncDecAttention")
                norm(layer + ".1.layer_norm")
            forward = f"{layer}.{1 if side == 'encoder' else 2}"
            for part in ("wi_0", "wi_1"):
                weights[f"{forward}.DenseReluDense.{part}.weight"] = normal(generator, width**-0.5, inner, width)
            weights[f"{forward}.DenseReluDense.wo.weight"] = normal(generator, inner**-0.5, width, inner)
            norm(forward + ".layer_norm")
        table = f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        weights[table] = normal(generator, 0.5, config["relative_attention_num_buckets"], heads)
        norm(side + ".final_layer_norm")

    vision = config["vision"]
    size = vision["hidden_size"]

    def linear(name, outputs, *inputs):
        weights[name + ".weight"] = normal(generator, torch.Size(inputs).numel() ** -0.5, outputs, *inputs)
        weights[name + ".bias"] = normal(generator, 0.1, outputs)

    def layer_norm(name):
        norm(name, size)
        weights[name + ".bias"] = normal(generator, 0.1, size)

    if "stem" in vision:
        grid, channels = vision["image_size"], vision["num_channels"]
        for i, stage in enumerate(vision["stem"]):
            name, kernel = f"vision.embeddings.stem.{i}", stage["kernel"]
            inputs = channels * kernel[0] * kernel[1]
            weights[name + ".convolution.weight"] = normal(generator, inputs**-0.5, stage["channels"], channels, *kernel)
            norm(name + ".norm", stage["channels"])
            for part in ("bias", "running_mean"):
                weights[f"{name}.norm.{part}"] = normal(generator, 0.1, stage["channels"])
            weights[name + ".norm.running_var"] = 0.5 + normal(generator, 1, stage["channels"]).abs()
            channels = stage["channels"]
            grid = [(g + 2 * (k // 2) - k) // s + 1 for g, k, s in zip(grid, kernel, stage["stride"])]
        weights["vision.embeddings.position_embeddings"] = normal(generator, 0.5, 1, grid[0] * grid[1], size)
    else:
        patch = vision["patch_size"]
        height, length = vision["image_size"]
        positions = 1 + height // patch * (length // patch)
        weights["vision.embeddings.cls_token"] = normal(generator, 1, 1, 1, size)
        weights["vision.embeddings.position_embeddings"] = normal(generator, 0.5, 1, positions, size)
        linear("vision.embeddings.patch_embeddings.projection", size, vision["num_channels"], patch, patch)
    for i in range(vision["num_hidden_layers"]):
        layer = f"vision.encoder.layer.{i}"
        for part in ("query", "key", "value"):
            linear(f"{layer}.attention.attention.{part}", size, size)
        linear(layer + ".attention.output.dense", size, size)
        linear(layer + ".intermediate.dense", vision["intermediate_size"], size)
        linear(layer + ".output.dense", size, vision["intermediate_size"])
        layer_norm(layer + ".layernorm_before")
        layer_norm(layer + ".layernorm_after")
    layer_norm("vision.layernorm")
    linear("vision_projection", width, size)
    for layer in config["exits"]["layers"][:-1]:
        linear(f"exits.adapters.{layer}.down", config["exits"]["adapter"]["size"], width)
        linear(f"exits.adapters.{layer}.up", width, config["exits"]["adapter"]["size"])
    return {name: tensor.bfloat16() for name, tensor in weights.items()}


LATR = {
    "architectures": ["DeedLatr"],
    "model_type": "deed-latr",
    "vocab_size": 40,
    "d_model": 8,
    "d_kv": 6,
    "d_ff": 20,
    "num_layers": 2,
    "num_decoder_layers": 3,
    "num_heads": 2,
    "feed_forward_proj": "gated-gelu",
    "layer_norm_epsilon": 1e-6,
    "relative_attention_num_buckets": 8,
    "relative_attention_max_distance": 20,
    "max_2d_position_embeddings": 1001,
    "tie_word_embeddings": False,
    "is_encoder_decoder": True,
    "decoder_start_token_id": 0,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "vision": {
        "model_type": "vit",
        "hidden_size": 12,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-6,
        "num_channels": 3,
        "image_size": [16, 24],
        "patch_size": 8,
        "qkv_bias": True,
    },
    "exits": {"layers": [1, 2, 3], "adapter": {"size": 4, "activation": "gelu"}, "confidence": "max_prob", "threshold": 0.1},
}


# Reads no boxes, and pictures of any size up to image_size.
LATR_STEM = LATR | {
    "max_2d_position_embeddings": 0,
    "vision": {
        "model_type": "deed-convolutional-vit",
        "hidden_size": 12,
        "num_hidden_layers": 0,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-6,
        "num_channels": 3,
        "image_size": [16, 40],
        "any_size": True,
        "stem": [
            {"channels": 6, "kernel": [3, 3], "stride": [2, 2]},
            {"channels": 12, "kernel": [5, 3], "stride": [4, 2]},
        ],
        "batch_norm_eps": 1e-5,
        "qkv_bias": True,
    },
}


def latr(out):
    question = [[0, 0, 0, 0]] * 3
    inputs = [
        ([5, 9, 12, 22, 23, 31, 1], question + [[30, 40, 147, 119], [147, 40, 302, 119], [0, 990, 1000, 1000], [0, 0, 0, 0]], (16, 24)),
        ([4, 8, 15, 16, 23], question[:1] + [[0, 0, 1000, 1000], [500, 500, 500, 500], [1, 0, 1, 0], [999, 1, 1000, 3]], None),
    ]
    latr_family(out, LATR, 20, inputs)


def latr_stem(out):
    """A prompt with pictures of two sizes, and alone."""
    inputs = [([5, 9, 12, 1], None, (16, 40)), ([5, 9, 12, 1], None, (8, 17)), ([4, 8, 15, 16, 23, 1], None, None)]
    latr_family(out, LATR_STEM, 5, inputs)


def latr_family(out, config, seed, inputs):
    generator = torch.Generator().manual_seed(seed)
    (out / "model").mkdir(parents=True, exist_ok=True)
    (out / "model" / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file(latr_weights(config, generator), out / "model" / "model.safetensors", {"format": "pt"})
    model = Latr(out / "model")
    tensors, cases = {}, []
    for k, (ids, boxes, size) in enumerate(inputs):
        name = f"in{k}"
        pixels = normal(generator, 1, 3, *size) if size else None
        tensors[name + ".input.input_ids"] = torch.tensor(ids)
        if boxes is not None:
            tensors[name + ".input.bbox"] = torch.tensor(boxes).float()
        if pixels is not None:
            tensors[name + ".input.pixel_values"] = pixels
        states, encoded = model.encoder(ids, boxes, pixels)
        decoded = model.decoder(encoded, PREFIX)
        record(tensors, name, states, encoded, decoded, model.logits)
        for layer in config["exits"]["layers"][:-1]:
            tensors[f"{name}.exit.{layer}.logits"] = model.logits(decoded, layer)
        case = {"name": name, "greedy": []}
        for threshold in THRESHOLDS:
            tokens, layers = model.greedy(encoded, 12, threshold)
            case["greedy"].append({"threshold": threshold, "tokens": tokens, "layers": layers})
        cases.append(case)
    finish(out, tensors, cases)


UDOP = {
    "vocab_size": 40,
    "d_model": 8,
    "d_kv": 6,
    "d_ff": 20,
    "num_layers": 2,
    "num_decoder_layers": 3,
    "num_heads": 2,
    "feed_forward_proj": "gated-gelu",
    "relative_attention_num_buckets": 32,
    "relative_bias_args": [
        {"type": "1d"},
        {"type": "horizontal", "relative_attention_num_buckets": 16, "max_distance": 50, "scaling_factor": 30},
        {"type": "vertical", "bidirectional": False, "num_heads": 2},
    ],
    "max_2d_position_embeddings": 21,
    "image_size": 26,
    "patch_size": 8,
    "decoder_start_token_id": 0,
}


def udop(out):
    """With a picture, without one, and with a picture and boxes left in thousandths."""
    from transformers import UdopConfig, UdopForConditionalGeneration

    generator = torch.Generator().manual_seed(7)
    torch.manual_seed(6)
    model = UdopForConditionalGeneration(UdopConfig(**UDOP)).eval()
    for name, parameter in model.named_parameters():
        if "layer_norm" not in name:
            parameter.copy_(normal(generator, parameter.shape[-1] ** -0.5, *parameter.shape) * 1.3)
    model.save_pretrained(out / "model")
    ids = [5, 9, 12, 22, 23, 31, 8, 1]
    pages = [[0, 0, 0, 0]] * 2 + [[30, 40, 147, 119], [147, 40, 302, 119], [500, 333, 1000, 666], [667, 0, 700, 1], [667, 2, 670, 5]]
    boxes = torch.tensor(pages + [[1000, 1000, 1000, 1000]])
    picture = normal(generator, 1, 3, UDOP["image_size"], UDOP["image_size"])
    tensors, cases = {}, []
    for k, (bbox, pixels) in enumerate([(boxes / 1000, picture), (boxes / 1000, None), (boxes, picture)]):
        name = f"in{k}"
        given = {"input_ids": torch.tensor(ids), "bbox": bbox} | ({} if pixels is None else {"pixel_values": pixels})
        tensors |= {f"{name}.input.{key}": value for key, value in given.items()}
        batch = {key: value[None] for key, value in given.items()} | {"attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
        encoder, decoder = Layers(model.encoder), Layers(model.decoder)
        outputs = model(**batch, decoder_input_ids=torch.tensor([PREFIX]), use_cache=False)
        encoded, decoded = encoder.states(), decoder.states()
        record(tensors, name, encoded, outputs.encoder_last_hidden_state[0], decoded, lambda *_: outputs.logits[0])
        settings = {"do_sample": False, "num_beams": 1, "max_new_tokens": 12, "use_cache": False}
        answer = model.generate(**batch, **settings, output_logits=True, return_dict_in_generate=True)
        best = torch.stack(answer.logits)[:, 0].topk(2).values
        assert (best[:, 0] - best[:, 1]).min() > 1e-3, "too close to call: take another seed"
        tokens = answer.sequences[0, 1:].tolist()
        cases.append({"name": name, "greedy": [{"threshold": None, "tokens": tokens, "layers": [3] * len(tokens)}]})
    finish(out, tensors, cases)


class Layers:
    """What enters the first block of a stack of Transformers, and what leaves each."""

    def __init__(self, stack):
        self.outputs = []
        self.hooks = [stack.block[0].register_forward_pre_hook(lambda m, a, k: self.keep(a, k), with_kwargs=True)]
        self.hooks += [block.register_forward_hook(lambda m, a, o: self.outputs.append(o[0][0].clone())) for block in stack.block]

    def keep(self, arguments, named):
        self.outputs.append((arguments[0] if arguments else named["hidden_states"])[0].clone())

    def states(self):
        for hook in self.hooks:
            hook.remove()
        return self.outputs


def record(tensors, name, encoder, encoded, decoder, logits):
    tensors[name + ".encoder.embed"] = encoder[0]
    for i, state in enumerate(encoder[1:]):
        tensors[f"{name}.encoder.layer{i}"] = state
    tensors[name + ".encoder.output"] = encoded
    tensors[name + ".decoder.embed"] = decoder[0]
    for i, state in enumerate(decoder[1:]):
        tensors[f"{name}.decoder.layer{i}"] = state
    tensors[name + ".logits"] = logits(decoder, len(decoder) - 1)


def finish(out, tensors, cases):
    save_file({name: tensor.clone().contiguous() for name, tensor in tensors.items()}, out / "expected.safetensors")
    content = {"teacher_forcing": {"decoder_input_ids": PREFIX}, "inputs": cases}
    (out / "cases.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        latr(Path(sys.argv[1]) / "latr")
        latr_stem(Path(sys.argv[1]) / "latr-stem")
        udop(Path(sys.argv[1]) / "udop")
