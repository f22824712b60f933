#!/usr/bin/env python3
"""Principal components of what a Whisper encoder's products read and give, over recordings (LiteASR, arXiv 2502.20583).

    whisper_ranks.py WHISPER RECORDING.wav... [--windows N]

For each kind of product: how many components of its outputs hold 95 and 99 % of the energy (of the least to the most
layer, and the mean), of how many, and what share of the multiplications a product of that rank would take."""
import argparse, wave
import numpy as np, torch
from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
p.add_argument("model"), p.add_argument("recordings", nargs="+"), p.add_argument("--windows", type=int, default=40)
a = p.parse_args()
torch.set_num_threads(1)
model = WhisperForConditionalGeneration.from_pretrained(a.model, dtype=torch.float32).eval()
features = WhisperFeatureExtractor.from_pretrained(a.model)
kinds = {"self_attn.q_proj": "queries", "self_attn.k_proj": "keys", "self_attn.v_proj": "values", "self_attn.out_proj": "attention's output", "fc1": "first of feed-forward", "fc2": "second of feed-forward"}
moments, shapes = {}, {}


def hook(name, module):
    def add(_, __, y):
        y = y[0].double()
        c, s, n = moments.get(name, (0, 0, 0))
        moments[name] = c + y.T @ y, s + y.sum(0), n + len(y)
    shapes[name] = tuple(module.weight.shape)
    return add


for i, layer in enumerate(model.model.encoder.layers):
    for kind in kinds:
        module = layer.get_submodule(kind)
        module.register_forward_hook(hook(f"{i}.{kind}", module))
done = 0
for path in a.recordings:
    w = wave.open(path)
    x = np.frombuffer(w.readframes(w.getnframes()), np.int16).astype(np.float32) / 32768
    for at in range(0, len(x), 480_000):
        if done < a.windows and len(x) - at > 80_000:
            done += 1
            with torch.no_grad():
                model.model.encoder(features(x[at:at + 480_000], sampling_rate=16_000, return_tensors="pt", padding="max_length").input_features)
print(f"{done} windows, {len(model.model.encoder.layers)} layers of {model.config.d_model}")
for kind, called in kinds.items():
    ranks = {.95: [], .99: []}
    for i in range(len(model.model.encoder.layers)):
        c, s, n = moments[f"{i}.{kind}"]
        energy = torch.linalg.eigvalsh(c - torch.outer(s, s) / n).flip(0).clamp(min=0).cumsum(0)
        for share in ranks:
            ranks[share].append(int((energy < share * energy[-1]).sum()) + 1)
    o, j = shapes[f"0.{kind}"]
    say = lambda r: f"{min(r)} to {max(r)}, mean {np.mean(r):.0f}, {np.mean([k * (o + j) / (o * j) for k in r]):.2f} of the multiplications"
    print(f"| {called} ({j} to {o}) | {say(ranks[.95])} | {say(ranks[.99])} |")
