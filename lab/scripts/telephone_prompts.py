#!/usr/bin/env python3
"""Recordings for transcribe_engines.py, of telephone prompts: 24 short ones, a long one without pauses, and a call with
music, noise and silence between its prompts. Needs NumPy and ffmpeg.

    lab/scripts/telephone_prompts.py make SOUNDS KENNEDY.wav OUT
    ./deed transcribe WHISPER-BASE OUT/parts --format json --vad off --language en --output OUT/texts
    lab/scripts/telephone_prompts.py words OUT

SOUNDS is what Debian's asterisk-core-sounds-en-wav holds. No transcripts come with it, so `words` puts beside each recording
what Whisper base wrote of each prompt alone: words that differ from those count as wrong.
"""

import json
import pathlib
import random
import subprocess
import sys
import wave

import numpy as np

RATE = 16_000
CHORDS = [(220, 277, 330), (196, 247, 294), (175, 220, 262), (247, 311, 370)]


def load(file):
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.int16)


def save(file, samples):
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(np.asarray(samples, np.int16).tobytes())


def seconds(file):
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()


def music(length, offset):
    """Plucked chords."""
    samples = np.zeros(int(length * RATE))
    for beat in range(int(2 * length)):
        begin = int(beat * RATE / 2)
        time = np.arange(min(len(samples) - begin, int(1.2 * RATE))) / RATE
        chord = CHORDS[(beat // 4) % 4]
        for tone in (chord[beat % 3], chord[(beat + 1) % 3] / 2):
            for harmonic, gain in ((1, 1), (2, 0.5), (3, 0.25)):
                samples[begin : begin + len(time)] += gain * np.sin(2 * np.pi * tone * harmonic * time) * np.exp(-3 * time)
    return 3000 * np.roll(samples, offset) / np.abs(samples).max()


def compose(prompts, length, pause):
    """Prompts with pauses behind each, and which they are."""
    parts, names, done = [], [], 0
    for prompt in prompts:
        samples = load(prompt)
        parts += [samples, pause(len(names))]
        names.append(prompt.name)
        done += len(samples) + len(parts[-1])
        if done > length * RATE:
            break
    return np.concatenate(parts), names


def make(sounds, kennedy, out):
    aside = {"digits", "letters", "phonetic", "silence"}
    prompts = [f for f in sorted(sounds.rglob("*.wav")) if not aside & set(f.parts) and 1.5 <= seconds(f) <= 28]
    prompts.sort(key=seconds)
    short = [prompts[int(i * (len(prompts) - 1) / 22)] for i in range(23)]
    longer = [f for f in prompts if seconds(f) > 3]
    random.Random(5).shuffle(longer)
    noise = np.random.default_rng(3)

    def between(i):
        return (music(25, i), noise.standard_normal(12 * RATE) * 40, np.zeros(RATE))[i % 3]

    dense, dense_names = compose(longer, 130, lambda i: np.zeros(int(0.6 * RATE)))
    call, call_names = compose(longer[40:], 250, between)
    save(out / "long/dense.wav", dense)
    save(out / "call/call.wav", call)
    for file in short:
        save(out / "short" / file.name, load(file))
    save(out / "short/kennedy.wav", load(kennedy))
    of = {"long/dense": dense_names, "call/call": call_names}
    of |= {f"short/{file.stem}": [file.name] for file in (out / "short").glob("*.wav")}
    (out / "parts.json").write_text(json.dumps(of, indent=1))
    by_name = {file.name: file for file in prompts} | {"kennedy.wav": kennedy}
    for name in {name for names in of.values() for name in names}:
        save(out / "parts" / name, load(by_name[name]))


def words(out):
    for recording, parts in json.loads((out / "parts.json").read_text()).items():
        texts = [json.loads((out / "texts" / name).with_suffix(".json").read_text())["text"].strip() for name in parts]
        (out / recording).with_suffix(".txt").write_text(" ".join(texts) + "\n")


if sys.argv[1] == "make":
    make(*map(pathlib.Path, sys.argv[2:5]))
else:
    words(pathlib.Path(sys.argv[2]))
