#!/usr/bin/env python3
"""Times Whisper's encoder over one window of 30 s in DEED, Transformers and CTranslate2, one after the other.

    lab/scripts/whisper_encoder.py MODEL CTRANSLATE2_MODEL [THREADS [RUNS]]

MODEL is a folder of Transformers, CTRANSLATE2_MODEL what ct2-transformers-converter made of it. Needs ctranslate2, and
torch and transformers for the rows of Transformers. Prints milliseconds, the least and the median of RUNS (20) runs
behind a quarter as many that do not count.
What the window holds does not matter: random numbers stand in for a spectrogram.
"""

import importlib.util
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from safetensors.numpy import save_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = int(sys.argv[4]) if len(sys.argv) > 4 else 20
FIRST = -(-RUNS // 4)


def say(engine, milliseconds):
    counted = milliseconds[FIRST:]
    print(f"{engine:24} {min(counted):7.0f} {statistics.median(counted):7.0f}", flush=True)


def timed(run):
    times = []
    for _ in range(FIRST + RUNS):
        begin = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - begin))
    return times


def deed(model, window, precision, threads):
    with tempfile.TemporaryDirectory() as folder:
        save_file({"x": window}, f"{folder}/window.safetensors")
        lines = pathlib.Path(folder, "lines.jsonl")
        line = {"tensors": {"input_features": "window.safetensors:x"}, "generation": {"max_new_tokens": 1}}
        lines.write_text(f"{json.dumps(line)}\n" * (FIRST + RUNS))
        command = [ROOT / "deed", "generate", model, "--input", lines, "--quiet", "--threads", str(threads)]
        ran = subprocess.run([*command, "--precision", precision], capture_output=True, text=True, check=True)
    return [json.loads(answer)["timing"]["encode_ms"] for answer in ran.stdout.splitlines()]


def transformers(model, window, threads):
    import torch
    from transformers import WhisperModel

    torch.set_grad_enabled(False)
    torch.set_num_threads(threads)
    for kind in (torch.float32, torch.bfloat16):
        encoder = WhisperModel.from_pretrained(model, dtype=kind).encoder.eval()
        features = torch.from_numpy(window).to(kind)
        say(f"Transformers {str(kind)[6:]}", timed(lambda: encoder(features)))


def main():
    model, other = sys.argv[1:3]
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    bins = json.loads(pathlib.Path(model, "config.json").read_text()).get("num_mel_bins", 80)
    window = np.random.default_rng(1).standard_normal((1, bins, 3000)).astype(np.float32)
    for precision in ("fp32", "w8a8"):
        say(f"DEED {precision}", deed(model, window[0], precision, threads))

    import ctranslate2

    if importlib.util.find_spec("torch"):
        transformers(model, window, threads)
    for kind in ("float32", "int8"):
        whisper = ctranslate2.models.Whisper(other, compute_type=kind, intra_threads=threads, inter_threads=1)
        features = ctranslate2.StorageView.from_array(window)
        say(f"CTranslate2 {kind}", timed(lambda: np.array(whisper.encode(features, to_cpu=True))))


if __name__ == "__main__":
    main()
