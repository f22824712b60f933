#!/usr/bin/env python3
"""Times Docling's TableFormer as docling-ibm-models runs it on torch, and on ONNX Runtime with keys and values kept.

Needs: pip install docling-ibm-models onnx onnxruntime safetensors.

    tableformer.py FOLDER [--tags 30,100,400] [--threads 1] [--rounds 3] [--only torch,onnx]

FOLDER holds tm_config.json and tableformer_accurate.safetensors; `checks/tables.py --full FOLDER` builds one of the
published widths. Milliseconds: picture to memory (with ONNX Runtime, cross-attention's keys and values too), each tag,
boxes of as many cells as tags (torch alone). The tags are those of a table of five columns, whatever the weights say;
the step's work does not depend on them.
"""

import argparse
import json
import pathlib
import tempfile
import time

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from docling_ibm_models.tableformer.models.table04_rs.tablemodel04_rs import TableModel04_rs
from safetensors.torch import load_file


class Encoder(torch.nn.Module):
    """Pixels to the box head's features and to keys and values of cross-attention, [layers, 2, heads, rows, width]."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixels):
        features = self.model._encoder(pixels)
        tags = self.model._tag_transformer
        rows = tags._input_filter(features.permute(0, 3, 1, 2)).flatten(2).permute(2, 0, 1)
        memory = tags._encoder(rows)[:, 0]
        cross = []
        for layer in tags._decoder.layers:
            width = memory.shape[1]
            attention = layer.multihead_attn
            both = F.linear(memory, attention.in_proj_weight[width:], attention.in_proj_bias[width:])
            heads = both.view(-1, 2, tags._n_heads, width // tags._n_heads)
            cross.append(heads.permute(1, 2, 0, 3))
        return features, torch.stack(cross)


class Step(torch.nn.Module):
    """One tag, with keys and values of those before it, [layers, 2, heads, tags, width]."""

    def __init__(self, model):
        super().__init__()
        self.tags = model._tag_transformer

    def attend(self, attention, queries, keys, values):
        scores = (queries @ keys.transpose(1, 2)) * (queries.shape[-1] ** -0.5)
        seen = torch.softmax(scores, -1) @ values
        return F.linear(seen.permute(1, 0, 2).flatten(1), attention.out_proj.weight, attention.out_proj.bias)

    def forward(self, tag, place, own, cross):
        tags = self.tags
        heads = tags._n_heads
        x = tags._embedding(tag) + tags._positional_encoding.pe[place, 0]
        width = x.shape[1]
        kept = []
        for i, layer in enumerate(tags._decoder.layers):
            attention = layer.self_attn
            fused = F.linear(x, attention.in_proj_weight, attention.in_proj_bias).view(3, heads, 1, width // heads)
            pair = torch.cat([own[i], fused[1:]], 2)
            kept.append(pair)
            x = layer.norm1(x + self.attend(attention, fused[0], pair[0], pair[1]))
            attention = layer.multihead_attn
            queries = F.linear(x, attention.in_proj_weight[:width], attention.in_proj_bias[:width])
            queries = queries.view(heads, 1, width // heads)
            x = layer.norm2(x + self.attend(attention, queries, cross[i, 0], cross[i, 1]))
            x = layer.norm3(x + layer.linear2(torch.relu(layer.linear1(x))))
        return tags._fc(x), x, torch.stack(kept)


def clocked(work):
    start = time.perf_counter()
    result = work()
    return result, 1000 * (time.perf_counter() - start)


def session(module, inputs, names, outputs, axes, folder, threads):
    path = str(folder / (names[0] + ".onnx"))
    torch.onnx.export(module, inputs, path, input_names=names, output_names=outputs, dynamic_axes=axes, dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def reference(model, pixels, tags):
    """As TableModel04_rs.predict: layer outputs are kept, keys and values are not."""
    tag = model._tag_transformer
    features, encode = clocked(lambda: model._encoder(pixels))

    def memory():
        rows = tag._input_filter(features.permute(0, 3, 1, 2)).flatten(2).permute(2, 0, 1)
        mask = torch.zeros((tag._n_heads, rows.shape[0], rows.shape[0])) == 1
        return tag._encoder(rows, mask=mask)

    encoded, more = clocked(memory)

    def decode():
        cache, states = None, []
        for n in range(1, len(tags) + 1):
            embedded = tag._positional_encoding(tag._embedding(torch.tensor(tags[:n])[:, None]))
            decoded, cache = tag._decoder(embedded, encoded, cache, memory_key_padding_mask=None)
            tag._fc(decoded[-1]).argmax()
            states.append(decoded[-1])
        return states

    states, decoding = clocked(decode)
    _, boxes = clocked(lambda: model._bbox_decoder.inference(features, states))
    return encode + more, decoding / len(tags), boxes


def kept(model, pixels, tags, encoder, step):
    (features, cross), encode = clocked(lambda: encoder.run(None, {"pixels": pixels.numpy()}))
    cross = onnxruntime.OrtValue.ortvalue_from_numpy(cross)

    def decode():
        own = np.zeros((cross.shape()[0], 2, cross.shape()[2], 0, cross.shape()[4]), np.float32)
        own = onnxruntime.OrtValue.ortvalue_from_numpy(own)
        states = []
        for n, tag in enumerate(tags):
            binding = step.io_binding()
            binding.bind_cpu_input("tag", np.array([tag]))
            binding.bind_cpu_input("place", np.array([n]))
            binding.bind_ortvalue_input("own", own)
            binding.bind_ortvalue_input("cross", cross)
            for name in ("logits", "state", "kept"):
                binding.bind_output(name)
            step.run_with_iobinding(binding)
            logits, state, own = binding.get_outputs()
            logits.numpy().argmax()
            states.append(torch.from_numpy(state.numpy()))
        return states

    _, decoding = clocked(decode)
    return encode, decoding / len(tags), float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tags", default="30,100,400")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="torch,onnx")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    config = json.load(open(args.folder / "tm_config.json"))
    model = TableModel04_rs(config, {"word_map": config["dataset_wordmap"]}, "cpu")
    model.load_state_dict(load_file(args.folder / "tableformer_accurate.safetensors"))
    model.eval()
    side = config["dataset"]["resized_image"]
    pixels = torch.randn(1, 3, side, side)
    words = config["dataset_wordmap"]["word_map_tag"]
    every = [words["<start>"]] + 1000 * ([words["fcel"]] * 5 + [words["nl"]])
    runs = {}
    if "torch" in args.only:
        runs["docling-ibm-models"] = lambda tags: reference(model, pixels, tags)
    if "onnx" in args.only:
        folder = pathlib.Path(tempfile.mkdtemp())
        names = ["tag", "place", "own", "cross"]
        cross = Encoder(model)(pixels)[1]
        encoder = session(Encoder(model), (pixels,), ["pixels"], ["features", "cross"], {}, folder, args.threads)
        inputs = (torch.tensor([2]), torch.tensor([1]), torch.zeros(*cross.shape[:3], 1, cross.shape[4]), cross)
        axes = {"own": {3: "tags"}, "kept": {3: "more"}}
        step = session(Step(model), inputs, names, ["logits", "state", "kept"], axes, folder, args.threads)
        runs["ONNX Runtime, kept"] = lambda tags: kept(model, pixels, tags, encoder, step)
    for count in map(int, args.tags.split(",")):
        for _ in range(args.rounds):
            for name, run in runs.items():
                encode, tag, boxes = run(every[:count])
                print(f"{count:4} tags, {name:20} encoder {encode:7.0f}  a tag {tag:6.2f}  boxes {boxes:7.0f}", flush=True)


main()
