#!/usr/bin/env python3
"""Writes losses and gradients of tiny models of core/src/test/resources/families, as Transformers computes them.

Needs: pip install torch transformers safetensors (about 6 GB installed).

    tools/make_training_fixtures.py [--out extensions/train/src/test/resources/golden/families]

For each family a file of batches: what the model reads (ids, mask, and for pictures the name of their tensor in the
family's expected.safetensors; for sound those of the encoder's outputs), decoder inputs, labels (-100 is left out), the
loss, and the norm of the gradient of each tensor by its name in model.safetensors. What reads pictures or sound has
none: it is not trained.
"""

import argparse
import json
import pathlib

import torch
import transformers as hf
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = ROOT / "core/src/test/resources/families"
MODELS = {
    "t5gemma": hf.T5GemmaForConditionalGeneration,
    "t5gemma-plain": hf.T5GemmaForConditionalGeneration,
    "t5gemma2": hf.T5Gemma2ForConditionalGeneration,
    "florence2": hf.Florence2ForConditionalGeneration,
    "whisper": hf.WhisperForConditionalGeneration,
}
FROZEN = ("vision", "image", "multi_modal_projector")
HEARS = ("model.encoder.",)
DECODER = [[2, 21, 34, 23, 8, 20], [2, 9, 31, 0, 0, 0]]
LABELS = [[21, 34, 23, 8, 20, 1], [9, 31, 1, -100, -100, -100]]


def batches(family):
    """Rows of inputs by their names; those with pictures stand alone."""
    if family == "florence2":
        return [["in0"], ["in1"]]
    return [["in0", "in1"], ["in2"]] if family == "t5gemma2" else [["in0", "in1"]]


def stored_names(folder, model):
    """Parameters by the names of the file, which Transformers may rename when it reads it."""
    left = dict(model.named_parameters())
    found = {}
    for name, value in load_file(folder / "model.safetensors").items():
        for own, parameter in ({name: left[name]} if name in left else left).items():
            if parameter.shape == value.shape and torch.equal(parameter.detach(), value):
                found[name] = parameter
    return found


def read_text(tensors, rows):
    """What the model reads, as it is called and as the file tells it."""
    ids = [tensors[f"{row}.input.input_ids"].tolist() for row in rows]
    longest = max(map(len, ids))
    batch = {
        "input_ids": [row + [0] * (longest - len(row)) for row in ids],
        "attention_mask": [[1] * len(row) + [0] * (longest - len(row)) for row in ids],
        "decoder_input_ids": DECODER[: len(rows)],
    }
    inputs = {name: torch.tensor(value) for name, value in batch.items()}
    pixels = f"{rows[0]}.input.pixel_values"
    if pixels in tensors:
        inputs["pixel_values"] = tensors[pixels][None]
        batch["pixel_values"] = pixels
    return inputs, batch


def read_sound(tensors, rows):
    features = [tensors[f"{row}.input.input_features"] for row in rows]
    decoder = DECODER[: len(rows)]
    inputs = {"input_features": torch.stack(features), "decoder_input_ids": torch.tensor(decoder)}
    return inputs, {"encoded": [f"{row}.encoder.output" for row in rows], "decoder_input_ids": decoder}


def measured(model, names, tensors, rows):
    sound = f"{rows[0]}.input.input_features" in tensors
    inputs, batch = (read_sound if sound else read_text)(tensors, rows)
    labels = LABELS[: len(rows)]
    model.zero_grad()
    logits = model(**inputs).logits
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.tensor(labels).flatten())
    loss.backward()
    norms = {
        name: parameter.grad.norm().item() if parameter.grad is not None else 0.0
        for name, parameter in names.items()
        if not any(part in name for part in FROZEN + (HEARS if sound else ()))
    }
    return batch | {"labels": labels, "loss": loss.item(), "grad_norms": norms}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "extensions/train/src/test/resources/golden/families")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for family, kind in MODELS.items():
        folder = FAMILIES / family
        model = kind.from_pretrained(folder / "model", attn_implementation="eager").float().eval()
        names = stored_names(folder / "model", model)
        tensors = load_file(folder / "expected.safetensors")
        measures = [measured(model, names, tensors, rows) for rows in batches(family)]
        (out / f"{family}.json").write_text(json.dumps({"batches": measures}) + "\n")
        print(family, [round(measure["loss"], 4) for measure in measures], len(names))


main()
