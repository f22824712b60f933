#!/usr/bin/env python3
"""Recordings in which nobody speaks, and sentences with long pauses, noise and music between them; how many words of
transcripts are wrong.

    nobody_speaks.py make FOLDER KENNEDY.wav      needs sox and espeak-ng; KENNEDY.wav: 11 s of the inaugural address
    ./deed transcribe WHISPER FOLDER --format verbose_json --output ANSWERS
    nobody_speaks.py count ANSWERS                words wrong, of those said; where cues begin
"""
import json
import os
import re
import subprocess
import sys

SENTENCES = {
    "harbour": "the harbour opens at seven in the morning and closes at nine",
    "office": "please bring your passport and two photographs to the office",
    "train": "the train to vienna leaves from platform four",
}
KENNEDY = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
SAID = dict(SENTENCES, kennedy=KENNEDY)
NUMBERS = {"7": "seven", "9": "nine", "2": "two", "4": "four", "harbor": "harbour"}
NOTES = (262, 330, 392, 523, 440, 349, 294, 247)
# What lies between the sentences, each for 40 s.
BETWEEN = {
    "long-silence": ("harbour", "silence", "kennedy", "silence", "office"),
    "long-room": ("harbour", "room", "kennedy", "room", "office"),
    "long-pink": ("harbour", "pink", "kennedy", "pink", "office"),
    "hold-music": ("harbour", "music", "kennedy", "music", "train"),
    "quiet-music": ("harbour", "quiet", "kennedy", "quiet", "train"),
    "speech-alone": ("harbour", "office", "train", "kennedy"),
}


def sox(*arguments):
    subprocess.run(["sox", *map(str, arguments)], check=True)


def make(folder, kennedy):
    parts = os.path.join(folder, "parts")
    os.makedirs(parts)
    plain = ("-n", "-r", 16000, "-c", 1, "-b", 16)

    def part(name):
        return os.path.join(parts, name + ".wav")

    def whole(name):
        return os.path.join(folder, name + ".wav")

    for name, text in SENTENCES.items():
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", part("raw"), text.capitalize() + "."], check=True)
        sox(part("raw"), "-r", 16000, "-c", 1, "-b", 16, part(name), "gain", "-n", -6)
    sox(kennedy, "-r", 16000, "-c", 1, "-b", 16, part("kennedy"))
    for note in NOTES:
        sox(*plain, part(str(note)), "synth", 0.5, "pluck", note, "gain", -8)
    sox(*[part(str(note)) for note in NOTES * 10], part("music"))
    sox(part("music"), part("quiet"), "gain", -20)
    sox(*plain, part("silence"), "trim", 0, 40)
    sox(*plain, part("room"), "synth", 40, "brownnoise", "gain", -58)
    sox(*plain, part("pink"), "synth", 40, "pinknoise", "gain", -30)
    sox(*plain, part("click"), "synth", 0.01, "whitenoise", "gain", -6)
    sox(*plain, part("gap"), "trim", 0, 1.7)
    sox(part("music"), whole("music"))
    sox(*[part(name) for name in ("click", "gap") * 20], whole("clicks"))
    sox(*plain, whole("pink"), "synth", 30, "pinknoise", "gain", -12)
    sox(*plain, whole("white"), "synth", 30, "whitenoise", "gain", -20)
    sox(*plain, whole("room"), "synth", 45, "brownnoise", "gain", -58)
    sox(*plain, whole("hum"), "synth", 40, "sine", 50, "sine", 100, "sine", 150, "remix", "-", "gain", -30)
    sox(*plain, whole("chords"), "synth", 60, "sine", 220, "sine", 277, "sine", 330, "remix", "-", "tremolo", 3, 60,
        "gain", -15)
    sox(*plain, whole("halfsecond"), "synth", 0.5, "pinknoise", "gain", -20)
    for name, names in BETWEEN.items():
        sox(*[part(one) for one in names], whole(name))


def words(text):
    return [NUMBERS.get(word, word) for word in re.findall(r"[^\W_]+(?:'\w+)?", text.lower())]


def wrong(said, heard):
    row = list(range(len(heard) + 1))
    for i, a in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def count(folder):
    for name in sorted(file[:-5] for file in os.listdir(folder) if file.endswith(".json")):
        answer = json.load(open(os.path.join(folder, name + ".json")))
        said = words(" ".join(SAID[one] for one in BETWEEN.get(name, ()) if one in SAID))
        starts = [segment["start"] for segment in answer["segments"]]
        print(name, f"{wrong(said, words(answer['text']))}/{len(said)}", *starts[:6])


if __name__ == "__main__":
    {"make": make, "count": count}[sys.argv[1]](*sys.argv[2:])
