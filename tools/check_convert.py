#!/usr/bin/env python3
"""Holds `deed convert checkpoint` against PyTorch and Transformers.

For each model folder: its weights are saved again as pytorch_model.bin (zip, the format before PyTorch 1.6, and shards), with
tied weights under all their names, and converted; the result must load in Transformers as the same state, bit for bit. Then the
precisions: every tensor must equal PyTorch's own conversion.

    pip install torch transformers safetensors && tools/check_convert.py MODEL...
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file

DEED = pathlib.Path(__file__).resolve().parent.parent / "deed"


def convert(source, target, *options):
    run = [DEED, "convert", "checkpoint", source, "--out", target, "--json", "--quiet", *options]
    return json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def same(left, right):
    return left.keys() == right.keys() and all(
        left[name].dtype == right[name].dtype and torch.equal(left[name], right[name]) for name in left
    )


def load(folder):
    config = json.loads((folder / "config.json").read_text())
    model, info = getattr(transformers, config["architectures"][0]).from_pretrained(folder, output_loading_info=True)
    assert not info["missing_keys"], info
    return model.state_dict()


def save(state, folder, layout):
    if layout == "shards":
        names = list(state)
        index = {"metadata": {}, "weight_map": {}}
        for i, part in enumerate((names[: len(names) // 2], names[len(names) // 2 :])):
            name = f"pytorch_model-{i + 1:05}-of-00002.bin"
            torch.save({key: state[key] for key in part}, folder / name)
            index["weight_map"].update(dict.fromkeys(part, name))
        (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    else:
        torch.save(state, folder / "pytorch_model.bin", _use_new_zipfile_serialization=layout == "zip")


def check(model, scratch):
    state = load(model)
    for layout in ("zip", "legacy", "shards"):
        source, target = scratch / f"{layout}-source", scratch / f"{layout}-target"
        source.mkdir()
        for file in model.iterdir():
            if file.is_file() and "safetensors" not in file.name:
                shutil.copy(file, source)
        save(state, source, layout)
        summary = convert(source, target)
        assert same(load(target), state), f"{model}: {layout}: another state"
        print(f"{model}: {layout}: {summary['tensors']} of {len(state)} names, equal in Transformers")
    stored = load_file(scratch / "zip-target" / "model.safetensors")
    for name, dtype in (("fp32", torch.float32), ("fp16", torch.float16), ("bf16", torch.bfloat16)):
        convert(scratch / "zip-source", scratch / name, "--precision", name)
        expected = {key: value.to(dtype) if value.is_floating_point() else value for key, value in stored.items()}
        assert same(load_file(scratch / name / "model.safetensors"), expected), f"{model}: {name}: other values"
        print(f"{model}: {name}: every tensor equal to PyTorch's")


for argument in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as scratch:
        check(pathlib.Path(argument).resolve(), pathlib.Path(scratch))
