"""LaTr's forward pass in PyTorch, written from docs/model-folder.md and the papers it names alone: the answers that the
engine is held to. It keeps no cache: each decoding step runs the whole decoder over the whole prefix.

    from latr_reference import Latr
    Latr(FOLDER).encoder(ids, boxes, pixels)  # boxes, pixels: None for none
"""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn import functional as F

ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu, "gelu_new": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu}
COORDINATES = ["x0", "y0", "x1", "y1", "width", "height"]


class Latr:
    def __init__(self, folder):
        self.config = json.loads((Path(folder) / "config.json").read_text())
        self.weights = {k: v.float() for k, v in load_file(Path(folder) / "model.safetensors").items()}

    def weight(self, name):
        return self.weights[name + ".weight"]

    def linear(self, x, name):
        return F.linear(x, self.weight(name), self.weights.get(name + ".bias"))

    def rms(self, x, name):
        scaled = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.config.get("layer_norm_epsilon", 1e-6))
        return scaled * self.weight(name)

    # T5: Raffel et al. 2020

    def bucket(self, distance, bidirectional):
        buckets = self.config.get("relative_attention_num_buckets", 32)
        most = self.config.get("relative_attention_max_distance", 128)
        first = 0
        if bidirectional:
            buckets //= 2
            first = buckets if distance > 0 else 0
            distance = abs(distance)
        else:
            distance = max(-distance, 0)
        exact = buckets // 2
        if distance < exact:
            return first + distance
        return first + min(buckets - 1, exact + int(math.log(distance / exact) / math.log(most / exact) * (buckets - exact)))

    def relative_bias(self, side, length):
        rows = torch.tensor([[self.bucket(k - q, side == "encoder") for k in range(length)] for q in range(length)])
        table = self.weight(f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias")
        return table[rows].permute(2, 0, 1)

    def attention(self, x, source, name, bias):
        heads, width = self.config["num_heads"], self.config["d_kv"]
        split = lambda y: y.view(y.shape[0], heads, width).transpose(0, 1)
        q, k, v = split(self.linear(x, name + ".q")), split(self.linear(source, name + ".k")), split(self.linear(source, name + ".v"))
        mixed = torch.softmax(q @ k.transpose(1, 2) + bias, -1) @ v
        return self.linear(mixed.transpose(0, 1).reshape(x.shape[0], heads * width), name + ".o")

    def feed_forward(self, x, name):
        projection = self.config.get("feed_forward_proj", "relu")
        kind = "gelu_new" if projection == "gated-gelu" else projection.split("-")[-1]
        normed = self.rms(x, name + ".layer_norm")
        dense = name + ".DenseReluDense"
        if projection.startswith("gated-"):
            inner = ACTIVATIONS[kind](self.linear(normed, dense + ".wi_0")) * self.linear(normed, dense + ".wi_1")
        else:
            inner = ACTIVATIONS[kind](self.linear(normed, dense + ".wi"))
        return x + self.linear(inner, dense + ".wo")

    # ViT: Dosovitskiy et al. 2021; with a convolutional stem: Xiao et al. 2021

    def patches(self, pixels):
        name = "vision.embeddings.patch_embeddings.projection"
        stride = self.config["vision"]["patch_size"]
        patches = F.conv2d(pixels[None], self.weight(name), self.weights[name + ".bias"], stride=stride)[0]
        x = torch.cat([self.weights["vision.embeddings.cls_token"][0], patches.flatten(1).T])
        return x + self.weights["vision.embeddings.position_embeddings"][0]

    def stem(self, pixels):
        config = self.config["vision"]
        x = pixels[None]
        for i, stage in enumerate(config["stem"]):
            name = f"vision.embeddings.stem.{i}"
            padding = [k // 2 for k in stage["kernel"]]
            x = F.conv2d(x, self.weight(name + ".convolution"), stride=stage["stride"], padding=padding)
            statistics = (self.weights[f"{name}.norm.running_{k}"] for k in ("mean", "var"))
            x = F.batch_norm(x, *statistics, self.weight(name + ".norm"), self.weights[name + ".norm.bias"], eps=config["batch_norm_eps"])
            x = F.relu(x) if i + 1 < len(config["stem"]) else x
        rows, columns = x.shape[2:]
        most = config["image_size"]
        for stage in config["stem"]:
            most = [(m + 2 * (k // 2) - k) // s + 1 for m, k, s in zip(most, stage["kernel"], stage["stride"])]
        places = [r * most[1] + c for r in range(rows) for c in range(columns)]
        return x[0].flatten(1).T + self.weights["vision.embeddings.position_embeddings"][0][places]

    def vision(self, pixels):
        config = self.config["vision"]
        x = self.stem(pixels) if "stem" in config else self.patches(pixels)
        heads = config["num_attention_heads"]
        norm = lambda y, at: F.layer_norm(y, y.shape[-1:], self.weight(at), self.weights[at + ".bias"], config["layer_norm_eps"])
        for i in range(config["num_hidden_layers"]):
            layer = f"vision.encoder.layer.{i}"
            normed = norm(x, layer + ".layernorm_before")
            split = lambda y: y.view(y.shape[0], heads, -1).transpose(0, 1)
            q, k, v = (split(self.linear(normed, f"{layer}.attention.attention.{p}")) for p in ("query", "key", "value"))
            mixed = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]), -1) @ v
            x = x + self.linear(mixed.transpose(0, 1).flatten(1), layer + ".attention.output.dense")
            inner = ACTIVATIONS[config["hidden_act"]](self.linear(norm(x, layer + ".layernorm_after"), layer + ".intermediate.dense"))
            x = x + self.linear(inner, layer + ".output.dense")
        return self.linear(norm(x, "vision.layernorm"), "vision_projection")

    # LaTr: Biten et al. 2021

    def embed(self, ids, boxes, pixels=None):
        rows = []
        for token, (x0, y0, x1, y1) in zip(ids, boxes or [(0, 0, 0, 0)] * len(ids)):
            row = self.weight("shared")[token]
            if (x0, y0, x1, y1) != (0, 0, 0, 0):
                for kind, at in zip(COORDINATES, (x0, y0, x1, y1, x1 - x0, y1 - y0)):
                    row = row + self.weight("encoder.layout." + kind)[at]
            rows.append(row)
        text = torch.stack(rows)
        return text if pixels is None else torch.cat([text, self.vision(pixels)])

    def encoder(self, ids, boxes, pixels=None):
        """What enters the first layer, what leaves each, and the output after the norm."""
        states = [self.embed(ids, boxes, pixels)]
        bias = self.relative_bias("encoder", len(states[0]))
        for i in range(self.config["num_layers"]):
            x, layer = states[-1], f"encoder.block.{i}.layer"
            normed = self.rms(x, layer + ".0.layer_norm")
            x = x + self.attention(normed, normed, layer + ".0.SelfAttention", bias)
            states.append(self.feed_forward(x, layer + ".1"))
        return states, self.rms(states[-1], "encoder.final_layer_norm")

    def decoder(self, encoded, prefix):
        """What enters the first layer, and what leaves each."""
        states = [self.weight("shared")[torch.tensor(prefix)]]
        causal = torch.full((len(prefix), len(prefix)), float("-inf")).triu(1)
        bias = self.relative_bias("decoder", len(prefix)) + causal
        for i in range(self.config["num_decoder_layers"]):
            x, layer = states[-1], f"decoder.block.{i}.layer"
            normed = self.rms(x, layer + ".0.layer_norm")
            x = x + self.attention(normed, normed, layer + ".0.SelfAttention", bias)
            x = x + self.attention(self.rms(x, layer + ".1.layer_norm"), encoded, layer + ".1.EncDecAttention", 0)
            states.append(self.feed_forward(x, layer + ".2"))
        return states

    def logits(self, states, layer):
        """Of exit `layer`, counted from 1: adapter below the last, final norm, head."""
        x = states[layer]
        adapter = f"exits.adapters.{layer}"
        if adapter + ".down.weight" in self.weights:
            x = x + self.linear(F.gelu(self.linear(x, adapter + ".down")), adapter + ".up")
        x = self.rms(x, "decoder.final_layer_norm")
        if self.config.get("tie_word_embeddings", True):
            return F.linear(x * self.config["d_model"] ** -0.5, self.weight("shared"))
        return self.linear(x, "lm_head")

    def greedy(self, encoded, steps, threshold=None):
        """Tokens and the layer each left at, by the largest probability; at full depth without a threshold."""
        last = self.config["num_decoder_layers"]
        layers = [last] if threshold is None else self.config["exits"]["layers"]
        prefix, exits = [self.config["decoder_start_token_id"]], []
        while len(exits) < steps and (not exits or prefix[-1] != self.config["eos_token_id"]):
            states = self.decoder(encoded, prefix)
            for layer in layers:
                logits = self.logits(states, layer)[-1]
                if layer == last:
                    break
                confidence = torch.softmax(logits, -1).max()
                assert (confidence - threshold).abs() > 1e-4, "too close to call: take another threshold"
                if confidence >= threshold:
                    break
            best = logits.topk(2).values
            assert best[0] - best[1] > 1e-3, "too close to call: take another seed"
            prefix.append(int(logits.argmax()))
            exits.append(layer)
        return prefix[1:], exits
