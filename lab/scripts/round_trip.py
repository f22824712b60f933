#!/usr/bin/env python3
"""Opens folders that `deed train` wrote in Transformers and compares greedy answers with DEED's.

Needs: pip install torch transformers safetensors pillow (about 6 GB installed).

    lab/scripts/round_trip.py FOLDER DATA.jsonl [--limit 20]

For each line both generate at full depth, each with its own tokenizer and image processor. Printed
and counted: lines with equal token ids, and the largest difference of the log-probabilities.
Exit code 0 when all ids are equal.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from PIL import Image
from transformers import (
    AutoImageProcessor,
    AutoModelForSeq2SeqLM,
    PreTrainedTokenizerFast,
    VisionEncoderDecoderModel,
)

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lines_of(data, limit):
    lines = []
    for number, text in enumerate(data.read_text(encoding="utf-8").splitlines()):
        if len(lines) == limit:
            break
        line = json.loads(text)
        kept = {"id": str(line.get("id", number))}
        if "image" in line:
            kept["image"] = str((data.parent / line["image"]).resolve())
        if "prompt" in line:
            kept["prompt"] = line["prompt"]
        lines.append(kept)
    return lines


def deed(folder, lines):
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work, "in.jsonl")
        target = pathlib.Path(work, "out.jsonl")
        source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        subprocess.run(
            [ROOT / "deed", "generate", folder, "--input", source, "--output", target,
             "--policy", "full"],
            check=True,
        )
        return [json.loads(text) for text in target.read_text(encoding="utf-8").splitlines()]


def load(folder):
    kind = json.loads(pathlib.Path(folder, "config.json").read_text())["model_type"]
    pictures = kind == "vision-encoder-decoder"
    loader = VisionEncoderDecoderModel if pictures else AutoModelForSeq2SeqLM
    model, info = loader.from_pretrained(folder, output_loading_info=True)
    model.eval()
    reader = (
        AutoImageProcessor.from_pretrained(folder, backend="pil")
        if pictures
        else PreTrainedTokenizerFast.from_pretrained(folder)
    )
    missing = [key for key in info["missing_keys"] if "pooler" not in key]
    unexpected = [key for key in info["unexpected_keys"] if not key.startswith("exits.")]
    if missing or unexpected:
        sys.exit(f"{folder}: missing {missing}, unexpected {unexpected}")
    return model, reader


@torch.no_grad()
def transformers(model, reader, line):
    if "image" in line:
        picture = Image.open(line["image"]).convert("RGB")
        inputs = {"pixel_values": reader(picture, return_tensors="pt")["pixel_values"]}
    else:
        encoded = reader(line["prompt"], return_tensors="pt")
        inputs = {key: encoded[key] for key in ("input_ids", "attention_mask")}
    # The cache of transformers 5.24 fails for T5 with more decoder than encoder layers.
    made = model.generate(
        **inputs, do_sample=False, num_beams=1, use_cache=False,
        output_logits=True, return_dict_in_generate=True,
    )
    new = made.sequences[0, -len(made.logits):].tolist()
    probabilities = [
        torch.log_softmax(step[0].float(), -1)[token].item()
        for step, token in zip(made.logits, new)
    ]
    return new, probabilities


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--limit", type=int, default=20)
    arguments = parser.parse_args()
    lines = lines_of(arguments.data, arguments.limit)
    answers = deed(arguments.folder, lines)
    model, reader = load(arguments.folder)
    equal, largest, tokens = 0, 0.0, 0
    for line, answer in zip(lines, answers, strict=True):
        ids, probabilities = transformers(model, reader, line)
        if ids == answer["token_ids"]:
            equal += 1
            tokens += len(ids)
            pairs = zip(probabilities, answer["log_probs"], strict=True)
            largest = max(largest, max(abs(a - b) for a, b in pairs))
        else:
            print(f"{line['id']}: transformers {ids}, deed {answer['token_ids']}")
    print(
        f"{arguments.folder.name} ({type(model).__name__}): {equal} of {len(lines)} lines equal, "
        f"{tokens} tokens, largest difference of log-probabilities {largest:.1e}"
    )
    sys.exit(0 if equal == len(lines) else 1)


if __name__ == "__main__":
    main()
