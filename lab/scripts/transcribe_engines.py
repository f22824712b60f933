#!/usr/bin/env python3
"""Whole recordings, file in and text out, in DEED's server, Transformers, faster-whisper and whisper.cpp: seconds a second of
sound, encoder and decoder apart, and how far the texts are from Transformers'. One process an engine, one engine after the other.

    lab/scripts/transcribe_engines.py FOLDER RECORDINGS --ct2 CT2 --ggml GGML [--threads 1] [--engines a,b] [--out FILE]

FOLDER is Whisper in the layout of Hugging Face, CT2 the same converted for CTranslate2, GGML for whisper.cpp; RECORDINGS
is a folder of WAV files, whose transcripts may lie beside them as NAME.txt. English, no time stamps, temperature 0.
With --vad DEED and faster-whisper look for speech first, and poor windows are decoded again as Whisper's command line does.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
import wave

ROOT = pathlib.Path(__file__).resolve().parents[2]


def samples(file):
    import numpy as np

    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16000, 1, 2), file
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(np.float32) / 32768


class Deed:
    def __init__(self, options, threads, precision, fields):
        command = [ROOT / "deed", "serve", options.folder, "--port", "0", "--json", "--precision", precision]
        self.process = subprocess.Popen([*command, "--threads", str(threads)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = json.loads(self.process.stdout.readline())["url"].rstrip("/")
        self.fields = {"model": pathlib.Path(options.folder).name, "language": "en", "temperature": "0", **fields}
        self.fields["vad"] = str(options.vad).lower()

    def transcribe(self, file):
        mark = uuid.uuid4().hex
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in self.fields.items()]
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'.encode() + file.read_bytes())
        parts.append(f"\r\n--{mark}--\r\n".encode())
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        request = urllib.request.Request(self.url + "/v1/audio/transcriptions", b"".join(parts), kind)
        return json.load(urllib.request.urlopen(request))["text"]

    def encoded(self):
        text = urllib.request.urlopen(self.url + "/metrics").read().decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("deed_encode_seconds_sum"))

    def close(self):
        self.process.terminate()
        self.process.wait()


class Timed:
    """What counts the seconds of the encoder by calls."""

    seconds = 0.0

    def timed(self, call):
        def wrapped(*args, **kwargs):
            begin = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - begin

        return wrapped

    def encoded(self):
        return self.seconds

    def close(self):
        pass


class Transformers(Timed):
    def __init__(self, options, threads):
        import torch
        from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration, WhisperTokenizerFast

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.features = WhisperFeatureExtractor.from_pretrained(options.folder)
        self.tokenizer = WhisperTokenizerFast.from_pretrained(options.folder)
        self.model = WhisperForConditionalGeneration.from_pretrained(options.folder, dtype=torch.float32).eval()
        encoder = self.model.get_encoder()
        encoder.forward = self.timed(encoder.forward)

    def transcribe(self, file):
        sound = samples(file)
        long = len(sound) > 30 * 16000
        more = {"truncation": False, "padding": "longest"} if long else {}
        features = self.features(sound, sampling_rate=16000, return_tensors="pt", **more).input_features
        ids = self.model.generate(features, language="en", task="transcribe", return_timestamps=long, do_sample=False, num_beams=1)
        return self.tokenizer.batch_decode(ids, skip_special_tokens=True)[0]


class FasterWhisper(Timed):
    def __init__(self, options, threads, kind, batch=None):
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        model = WhisperModel(options.ct2, device="cpu", compute_type=kind, cpu_threads=threads)
        model.encode = self.timed(model.encode)
        self.model = BatchedInferencePipeline(model) if batch else model
        none = {"log_prob_threshold": None, "no_speech_threshold": None, "compression_ratio_threshold": None, "temperature": 0}
        self.settings = {"batch_size": batch} if batch else {} if options.vad else none
        self.settings["vad_filter"] = options.vad

    def transcribe(self, file):
        sound = samples(file)
        segments, _ = self.model.transcribe(
            sound, language="en", beam_size=1, condition_on_previous_text=False,
            without_timestamps=len(sound) <= 30 * 16000, **self.settings,
        )
        return "".join(segment.text for segment in segments)


class WhisperCpp:
    def __init__(self, options, threads):
        from pywhispercpp.model import Model

        self.model = Model(
            options.ggml, n_threads=threads, print_progress=False, print_realtime=False, redirect_whispercpp_logs_to=None,
            language="en", no_context=True, temperature=0.0, temperature_inc=0.0, greedy={"best_of": 1},
        )

    def transcribe(self, file):
        sound = samples(file)
        return " ".join(s.text for s in self.model.transcribe(sound, no_timestamps=len(sound) <= 30 * 16000))

    def encoded(self):
        return None

    def close(self):
        pass


def words(text):
    return re.sub(r"[^a-z0-9' ]+", " ", text.lower()).split()


def distance(one, other):
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def softer(file, folder):
    """The recording at half its volume: no engine has seen what is measured then, nor keeps anything of it."""
    import numpy as np

    target = pathlib.Path(folder) / file.name
    with wave.open(str(target), "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes((samples(file) * 16384).astype(np.int16).tobytes())
    return target


def measure(engine, files, repeats):
    with tempfile.TemporaryDirectory() as folder:
        for file in files[:3]:
            engine.transcribe(softer(file, folder))
    rounds = []
    for _ in range(repeats):
        before, begin = engine.encoded(), time.perf_counter()
        texts = {file.name: engine.transcribe(file).strip() for file in files}
        seconds = time.perf_counter() - begin
        rounds.append((seconds, None if before is None else engine.encoded() - before))
    return texts, rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("recordings", type=pathlib.Path)
    parser.add_argument("--ct2", required=True)
    parser.add_argument("--ggml", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--engines", default="")
    parser.add_argument("--vad", action="store_true")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    drafts = {"deed": json.dumps({"lossless": True, "draft_precision": "int8"})}
    engines = {
        "transformers": lambda n: Transformers(options, n),
        "deed": lambda n: Deed(options, n, "fp32", {}),
        "deed-drafts": lambda n: Deed(options, n, "fp32", drafts),
        "deed-w8a8": lambda n: Deed(options, n, "w8a8", {}),
        "deed-w8a8-context": lambda n: Deed(options, n, "w8a8", {"audio_context": "on"}),
        "faster-whisper": lambda n: FasterWhisper(options, n, "float32"),
        "faster-whisper-int8": lambda n: FasterWhisper(options, n, "int8"),
        "faster-whisper-int8-batch": lambda n: FasterWhisper(options, n, "int8", 8),
        "whisper.cpp": lambda n: WhisperCpp(options, n),
    }
    chosen = options.engines.split(",") if options.engines else list(engines)
    files = sorted(options.recordings.glob("*.wav"))
    length = sum(len(samples(file)) for file in files) / 16000
    made = {}
    for name in chosen:
        engine = engines[name](options.threads)
        texts, rounds = measure(engine, files, options.repeats)
        engine.close()
        seconds = statistics.median(r[0] for r in rounds)
        encoder = None if rounds[0][1] is None else statistics.median(r[1] for r in rounds)
        made[name] = {"texts": texts, "seconds": seconds, "encoder": encoder, "rounds": rounds}
        print(name, f"{seconds:.2f} s", file=sys.stderr, flush=True)
    print(f"{len(files)} recordings, {length:.0f} s of sound, {options.threads} threads\n")
    print("| engine | seconds | of the sound | encoder | the rest | other words than Transformers, % | wrong words, % |\n|---|---|---|---|---|---|---|")
    reference = made.get("transformers", next(iter(made.values())))["texts"]
    for name, one in made.items():
        other = sum(distance(words(reference[f]), words(t)) for f, t in one["texts"].items())
        known = {f.name: f.with_suffix(".txt").read_text() for f in files if f.with_suffix(".txt").exists()}
        wrong = sum(distance(words(t), words(one["texts"][f])) for f, t in known.items())
        of = max(1, sum(len(words(t)) for t in known.values()))
        every = max(1, sum(len(words(t)) for t in reference.values()))
        encoder = "" if one["encoder"] is None else f"{one['encoder']:.2f}"
        rest = "" if one["encoder"] is None else f"{one['seconds'] - one['encoder']:.2f}"
        print(f"| {name} | {one['seconds']:.2f} | {one['seconds'] / length:.3f} | {encoder} | {rest} | {100 * other / every:.1f} | {100 * wrong / of:.1f} |")
    if options.out:
        options.out.write_text(json.dumps(made, indent=1))


main()
