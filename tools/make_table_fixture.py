#!/usr/bin/env python3
"""Writes a tiny random TableFormer and what docling-ibm-models computes from it, in the format of golden/tables.

Needs: pip install docling-ibm-models safetensors opencv-python-headless pillow.

    tools/make_table_fixture.py [--out core/src/test/resources/table-former/tiny]

The reference's classes have constants for widths; modules of small widths take their place. The first seed is taken
whose answer has spans, corrected tags and clear margins. Tags have other numbers than in the published
models.
"""

import argparse
import json
import pathlib
import random

import cv2
import numpy as np
import torch
from docling_ibm_models.tableformer.models.table04_rs import tablemodel04_rs as reference
from docling_ibm_models.tableformer.models.table04_rs import transformer_rs
from docling_ibm_models.tableformer.utils import utils
from PIL import Image, ImageDraw
from safetensors.torch import save_file
from torchvision.models.resnet import BasicBlock, conv1x1

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIDE, GRID, WIDTH, INNER, CHANNELS = 64, 3, 12, 16, [4, 4, 6]
NAMES = ["nl", "xcel", "<pad>", "lcel", "<unk>", "<start>", "ucel", "ched", "<end>", "fcel", "rhed", "ecel", "srow"]
TABLE = [3.5, 6.2, 52.5, 70.5]
CONFIG = {
    "dataset": {
        "resized_image": SIDE,
        "image_normalization": {"state": True, "mean": [0.9, 0.8, 0.7], "std": [0.2, 0.3, 0.25]},
    },
    "model": {"type": "TableModel04_rs", "enc_image_size": GRID, "hidden_dim": WIDTH, "tag_decoder_dim": WIDTH,
              "tag_embed_dim": 16, "tag_attention_dim": 16, "bbox_attention_dim": 10, "bbox_embed_dim": 16,
              "enc_layers": 2, "dec_layers": 3, "nheads": 3,
              "dropout": 0.1, "bbox_classes": 2, "save_dir": ""},
    "train": {"bbox": True},
    "predict": {"max_steps": 30, "bbox": True},
    "dataset_wordmap": {"word_map_tag": {name: i for i, name in enumerate(NAMES)}},
}


def block(inputs, outputs, stride=1, project=False):
    down = torch.nn.Sequential(conv1x1(inputs, outputs, stride), torch.nn.BatchNorm2d(outputs)) if project else None
    return BasicBlock(inputs, outputs, stride, down)


def network():
    a, b, c = CHANNELS
    layers = [torch.nn.Conv2d(3, a, 7, 2, 3, bias=False), torch.nn.BatchNorm2d(a)]
    layers += [torch.nn.ReLU(), torch.nn.MaxPool2d(3, 2, 1)]
    stages = [[block(a, a), block(a, a)], [block(a, b, 2, True), block(b, b)], [block(b, c, 2, True), block(c, c)]]
    return torch.nn.Sequential(*layers, *(torch.nn.Sequential(*stage) for stage in stages))


def model():
    utils.resnet_block = lambda stride=1: torch.nn.Sequential(block(CHANNELS[-1], WIDTH, 1, True), block(WIDTH, WIDTH))
    made = reference.TableModel04_rs(CONFIG, {"word_map": CONFIG["dataset_wordmap"]}, "cpu")
    made._encoder._resnet = network()
    tags = made._tag_transformer
    other = transformer_rs.Tag_Transformer("cpu", len(NAMES), [], WIDTH, 2, 3, GRID, n_heads=3, dim_ff=INNER)
    made._tag_transformer = other
    other._td_encode = tags._td_encode
    made._bbox_decoder._class_embed = torch.nn.Linear(WIDTH, 3)
    made._bbox_decoder._bbox_embed = utils.MLP(WIDTH, 8, 4, 3)
    other._positional_encoding.pe = other._positional_encoding.pe[:40].clone()
    return made.eval()


def randomise(made, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for value in made.parameters():
            if value.ndim < 2:
                value.normal_(0, 0.3)
            else:
                value.normal_(0, 1.3 * (value.numel() / value.shape[0]) ** -0.5)
        for name, value in made.named_buffers():
            if name.endswith("running_mean"):
                value.normal_(0, 0.3)
            elif name.endswith("running_var"):
                value.uniform_(0.5, 2)
        for name, value in made.named_parameters():
            if "norm" in name and name.endswith("weight") or ".bn" in name and name.endswith("weight"):
                value += 1
        made._tag_transformer._embedding.weight.normal_(0, 1.2)
        made._tag_transformer._fc.weight.normal_(0, 2)
        for name in ("<pad>", "<unk>", "<start>"):
            made._tag_transformer._fc.bias[NAMES.index(name)] = -20
        made._tag_transformer._positional_encoding.pe.normal_(0, 1.5)
        for name, value in made._tag_transformer._decoder.named_parameters():
            if "out_proj" in name or "linear2" in name:
                value *= 0.2  # else all positions say the same


def picture():
    image = Image.new("RGB", (56, 75), "white")
    draw = ImageDraw.Draw(image)
    chance = random.Random(1)
    for y in range(8, 70, 10):
        draw.line((4, y, 52, y), fill=(90, 60, 30))
        for x in range(6, 48, 14):
            word = (x, y + 3, x + chance.randrange(3, 10), y + 6)
            draw.rectangle(word, fill=tuple(chance.randrange(160) for _ in range(3)))
    return image


def pixels(image):
    page = np.asarray(image)
    scale = 1024 / page.shape[0]
    page = cv2.resize(page, (int(page.shape[1] * scale), 1024), interpolation=cv2.INTER_AREA)
    x0, y0, x1, y1 = (round(side * scale) for side in TABLE)
    norm = CONFIG["dataset"]["image_normalization"]
    crop = (page[y0:y1, x0:x1].astype(np.float64) - 255 * np.array(norm["mean"])) / np.array(norm["std"])
    crop = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    return torch.from_numpy((crop.transpose(2, 1, 0) / 255).astype(np.float32))


def answer(made, values):
    """The answer, and what the decoder's head said before each of its tags."""
    seen = {}
    logits = []
    hooks = [
        made._encoder.register_forward_hook(lambda m, i, o: seen.update(encoder=o[0])),
        made._tag_transformer._encoder.register_forward_hook(lambda m, i, o: seen.update(memory=o[:, 0])),
        made._tag_transformer._fc.register_forward_hook(lambda m, i, o: logits.append(o[0])),
    ]
    with torch.no_grad():
        tags, classes, boxes = made.predict(values[None], CONFIG["predict"]["max_steps"], 1)
    for hook in hooks:
        hook.remove()
    return tags, classes, boxes, seen, torch.stack(logits)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "core/src/test/resources/table-former/tiny")
    out = parser.parse_args().out
    values = pixels(picture())
    made = model()
    torch.set_num_threads(1)
    for seed in range(1, 100_000):
        randomise(made, seed)
        tags, classes, boxes, seen, logits = answer(made, values)
        named = [NAMES[tag] for tag in tags]
        said = [NAMES[tag] for tag in logits.argmax(1).tolist()]
        largest = logits.topk(2).values
        corrected = sum(a != b for a, b in zip(said, named[1:]))
        clear = (largest[:, 0] - largest[:, 1]).min() > 0.02
        if clear and corrected > 0 and len(set(named)) > 4 and "lcel" in named and len(boxes) > 3:
            break
    else:
        raise SystemExit("no seed gives such an answer")
    (out / "model").mkdir(parents=True, exist_ok=True)
    picture().save(out / "page.png")
    json.dump(CONFIG, open(out / "model/tm_config.json", "w"), indent=1)
    save_file(made.state_dict(), out / "model/tableformer_accurate.safetensors")
    case = {"name": "page", "image": "page.png", "table": TABLE, "tags": tags, "tags_as_named": named}
    case["prefix"] = tags[:5]
    json.dump({"seed": seed, "said": said, "cases": [case]}, open(out / "cases.json", "w"))
    expected = {"pixels": values, **seen, "boxes_merged": torch.as_tensor(boxes), "logits": logits[:5]}
    save_file({"page." + k: v.contiguous().float() for k, v in expected.items()}, out / "expected.safetensors")
    print("seed", seed, named, said)


main()
