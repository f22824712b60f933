#!/usr/bin/env python3
"""Times another engine on a model folder as `deed bench` times DEED, and prints one JSON object; `deed bench --peers`
runs it for each engine that has the packages.

    lab/speed/peers/peers.py --model FOLDER --peer NAME [--threads 1] [--batch 1] [--source-length 128]
        [--new-tokens 64] [--repeats 5]

NAME: hf-fp32, hf-bf16 (Transformers' generate), ct2-fp32, ct2-int8 (CTranslate2), ort-fp32, ort-int8 (ONNX Runtime),
ov-fp32, ov-bf16, ov-int8 (OpenVINO). Greedy, key/value caches, nothing padded, the end token suppressed, one run
before those that count. Times are milliseconds, medians of the repeats: `first_token_ms` is encoder and one step,
`decode_ms_per_token` what the tokens after the first took, by their number; `first_token_processor_ms` and
`decode_processor_ms_per_token` are processor time, all threads together. The input is that of `deed bench`.
"""

import argparse
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--peer", required=True)
    for name, value in ("threads", 1), ("batch", 1), ("source-length", 128), ("new-tokens", 64), ("repeats", 5):
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def settings(folder):
    """config.json with what lies in its text part or decoder, the size of pictures, and where generation starts."""
    config = json.loads((folder / "config.json").read_text())
    for part in "decoder", "text_config":
        config = {**config.get(part, {}), **config}
    for other in "preprocessor_config.json", "generation_config.json":
        if (folder / other).exists():
            config |= json.loads((folder / other).read_text())
    return config


def picture_size(config):
    """Height and width of the picture that a model reads; None where it reads text alone."""
    if config["model_type"] == "florence2":
        return [config["size"]["height"], config["size"]["width"]]
    if config["model_type"] != "vision-encoder-decoder":
        return None
    size = config["encoder"]["image_size"]
    return size if isinstance(size, list) else [size, size]


def source(config, batch, length):
    """Tokens [batch, length], or pixels [batch, 3, height, width]: of element i the hash i * 2654435761 + 12345 mod 2^32."""
    import numpy as np

    picture = picture_size(config)
    shape = (batch, 3, *picture) if picture else (batch, length)
    index = np.arange(np.prod(shape), dtype=np.uint64)
    spread = (index * np.uint64(2654435761) + np.uint64(12345)) % np.uint64(2**32)
    if picture:
        return (spread.astype(np.float64) / 2**31 - 1).astype(np.float32).reshape(shape)
    kinds = max(1, config["vocab_size"] - 210)
    return (spread // np.uint64(64) % np.uint64(kinds) + np.uint64(10)).astype(np.int64).reshape(shape)


def place(folder, name):
    """Where what convert.py makes lies: a folder whose files changed has another."""
    folder = folder.resolve()
    files = sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir())
    key = hashlib.sha256(repr((str(folder), files)).encode()).hexdigest()[:12]
    return pathlib.Path(__file__).resolve().parents[3] / ".deed" / "peers-models" / f"{folder.name}-{key}" / name


def converted(model, name):
    """What convert.py makes, by a process of its own."""
    out = place(model, name)
    if not (out / "done").exists():
        script = pathlib.Path(__file__).with_name("convert.py")
        made = subprocess.run([sys.executable, script, model, name], capture_output=True, text=True)
        if made.returncode:
            raise RuntimeError((made.stderr.strip().splitlines() or ["convert.py failed"])[-1])
    return out


class Transformers:
    def __init__(self, options, config, precision):
        import torch
        import transformers

        torch.set_grad_enabled(False)
        torch.set_num_threads(options.threads)
        kind = getattr(transformers, config["architectures"][0])
        dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
        self.model = kind.from_pretrained(options.model, dtype=dtype).eval()
        self.torch, self.dtype, self.end = torch, dtype, config["eos_token_id"]
        self.prompt = {}
        if config["model_type"] == "florence2":
            # Places of the picture's rows, and two tokens behind them; the encoder alone reads no pixels.
            ids = [config["image_token_id"]] * config["image_seq_length"] + [10, 11]
            self.prompt["input_ids"] = torch.tensor([ids] * options.batch)
            self.encode = None

    def load(self, source):
        self.source = self.torch.from_numpy(source)
        if self.source.is_floating_point():
            self.source = self.source.to(self.dtype)
        if self.prompt:
            self.prompt["pixel_values"] = self.source
            self.source = None

    def encode(self):
        self.model.get_encoder()(self.source)

    def generate(self, tokens):
        found = self.model.generate(
            self.source, **self.prompt, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, num_beams=1,
            suppress_tokens=[self.end], attention_mask=None)
        return found[:, 1:].tolist()


class CTranslate2:
    encode = None

    def __init__(self, options, config, precision):
        import ctranslate2

        if picture_size(config):
            raise NotImplementedError("CTranslate2 has no models that read pictures")
        folder = converted(options.model, f"ct2-{precision}")
        kinds = {"fp32": "float32", "int8": "int8"}
        self.translator = ctranslate2.Translator(
            str(folder), device="cpu", compute_type=kinds[precision], inter_threads=1, intra_threads=options.threads)
        self.start = config["decoder_start_token_id"]

    def load(self, source):
        self.source = [[f"w{token}" for token in row] for row in source.tolist()]

    def generate(self, tokens):
        found = self.translator.translate_batch(
            self.source, beam_size=1, max_decoding_length=tokens, min_decoding_length=tokens, max_input_length=0)
        return [[int(word[1:]) for word in answer.hypotheses[0]] for answer in found]


class Stepwise:
    """Greedy decoding with the graphs of convert.py: a subclass runs them."""

    def __init__(self, config, folder):
        self.start = config["decoder_start_token_id"]
        self.end = config["eos_token_id"]
        shape = json.loads((folder / "shape.json").read_text())
        self.names, self.heads, self.width = shape["names"], shape["heads"], shape["width"]

    def load(self, source):
        self.source = source

    def generate(self, tokens):
        import numpy as np

        batch = len(self.source)
        self.begin(self.encode(), np.zeros((batch, self.heads, 0, self.width), np.float32))
        token = np.full((batch, 1), self.start, np.int64)
        answer = []
        for _ in range(tokens):
            logits = self.step(token)[:, -1]
            logits[:, self.end] = -np.inf
            token = logits.argmax(-1)[:, None].astype(np.int64)
            answer.append(token[:, 0].tolist())
        return [list(row) for row in zip(*answer)]


class OnnxRuntime(Stepwise):
    def __init__(self, options, config, precision):
        import onnxruntime

        folder = converted(options.model, "onnx" if precision == "fp32" else "onnx-int8")
        super().__init__(config, folder)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = options.threads
        settings.inter_op_num_threads = 1
        self.encoder, self.decoder = (
            onnxruntime.InferenceSession(folder / f"{graph}.onnx", settings, providers=["CPUExecutionProvider"])
            for graph in ("encoder", "step"))
        self.value = onnxruntime.OrtValue.ortvalue_from_numpy

    def encode(self):
        return self.encoder.run_with_ort_values(None, {"source": self.value(self.source)})

    def begin(self, cross, empty):
        self.cross = {f"cross.{name}": one for name, one in zip(self.names, cross)}
        self.past = {f"past.{name}": self.value(empty) for name in self.names}

    def step(self, token):
        binding = self.decoder.io_binding()
        for name, value in {"token": self.value(token), **self.past, **self.cross}.items():
            binding.bind_ortvalue_input(name, value)
        binding.bind_output("logits", "cpu")
        for name in self.names:
            binding.bind_output(f"now.{name}", "cpu")
        self.decoder.run_with_iobinding(binding)
        logits, *now = binding.get_outputs()
        self.past = {f"past.{name}": one for name, one in zip(self.names, now)}
        return logits.numpy()


class OpenVino(Stepwise):
    def __init__(self, options, config, precision):
        import openvino
        from openvino._offline_transformations import apply_make_stateful_transformation

        folder = converted(options.model, "ov-int8" if precision == "int8" else "ov-fp32")
        super().__init__(config, folder)
        core = openvino.Core()
        settings = {
            "INFERENCE_NUM_THREADS": options.threads, "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32"}
        decoder = core.read_model(folder / "step.xml")
        # Keys and values stay inside the engine between steps.
        apply_make_stateful_transformation(decoder, {f"past.{name}": f"now.{name}" for name in self.names})
        self.encoder = core.compile_model(folder / "encoder.xml", "CPU", settings).create_infer_request()
        self.decoder = core.compile_model(decoder, "CPU", settings).create_infer_request()

    def encode(self):
        self.encoder.infer({"source": self.source}, share_inputs=True)
        return [self.encoder.get_tensor(f"cross.{name}") for name in self.names]

    def begin(self, cross, empty):
        import openvino

        self.decoder.reset_state()
        for state in self.decoder.query_state():
            state.state = openvino.Tensor(empty)
        for name, one in zip(self.names, cross):
            self.decoder.set_tensor(f"cross.{name}", one)

    def step(self, token):
        import openvino

        self.decoder.set_tensor("token", openvino.Tensor(token))
        self.decoder.infer()
        return self.decoder.get_tensor("logits").data.copy()


ENGINES = {"hf": Transformers, "ct2": CTranslate2, "ort": OnnxRuntime, "ov": OpenVino}


def timed(run):
    """Milliseconds of the clock and of the processor, all threads together, and what was found."""
    start, busy = time.perf_counter(), time.process_time()
    found = run()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - busy), found


def peak_mebibytes():
    """The process's own: getrusage counts what the process that started it had."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure(options):
    name, _, precision = options.peer.partition("-")
    if name not in ENGINES:
        raise NotImplementedError(f"there is no engine {name}")
    config = settings(options.model)
    engine = ENGINES[name](options, config, precision)
    engine.load(source(config, options.batch, options.source_length))
    engine.generate(options.new_tokens)
    runs = []
    for _ in range(options.repeats):
        row = {"encoder_ms": timed(engine.encode)[0]} if engine.encode else {}
        first, first_busy, _ = timed(lambda: engine.generate(1))
        total, busy, ids = timed(lambda: engine.generate(options.new_tokens))
        others = options.new_tokens - 1
        row |= {"first_token_ms": first, "decode_ms_per_token": (total - first) / others}
        row |= {"first_token_processor_ms": first_busy, "decode_processor_ms_per_token": (busy - first_busy) / others}
        runs.append(row)
    return {
        "median": {figure: statistics.median(run[figure] for run in runs) for figure in runs[0]},
        "peak_rss_mib": peak_mebibytes(),
        "first_ids": ids[0],
        "all_ids_sha": hashlib.sha256(json.dumps(ids).encode()).hexdigest()[:12]}


def main():
    options = arguments()
    row = {"peer": options.peer, "model": options.model.name}
    os.environ.setdefault("OMP_NUM_THREADS", str(options.threads))
    try:
        row |= measure(options)
    except NotImplementedError as e:
        row["unsupported"] = str(e)
    except Exception as e:  # whatever an engine does, the others go on
        row["error"] = f"{type(e).__name__}: {e}".splitlines()[0]
    print(json.dumps(row))


if __name__ == "__main__":
    main()
