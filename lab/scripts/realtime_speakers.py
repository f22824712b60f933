#!/usr/bin/env python3
"""Speakers at their own pace over /v1/realtime, by openai-python's client as it is: how late texts come, what they cost.

    deed serve WHISPER --port 8099 --threads 2 &
    realtime_speakers.py http://127.0.0.1:8099 PID SPEAKERS WAV...

Each speaker says all recordings (16 kHz, 16 bits, mono), from another one on, with a second between. Delays count from
when the last voice of a turn was sent, and from when its first was; a turn ends behind half a second of silence. PLAIN=1
leaves the predictions out. Needs openai[realtime] and numpy.
"""

import base64
import io
import os
import statistics
import sys
import threading
import time
import wave

import numpy
from openai import OpenAI

RATE, CHUNK, PADDING, SILENCE = 24000, 0.1, 300, 500


def sound(files):
    parts = []
    for file in files:
        with wave.open(file) as wav:
            samples = numpy.frombuffer(wav.readframes(wav.getnframes()), numpy.int16)
        places = numpy.arange(len(samples) * 3 // 2) * 2 / 3
        parts += [numpy.interp(places, numpy.arange(len(samples)), samples).astype(numpy.int16), numpy.zeros(RATE, numpy.int16)]
    return numpy.concatenate(parts)


def words(text):
    return "".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split()


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        last, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            last, row[j + 1] = row[j + 1], min(last + (x != y), row[j] + 1, row[j + 1] + 1)
    return row[-1]


class Speaker(threading.Thread):
    def __init__(self, client, model, files):
        super().__init__()
        self.client, self.model, self.sound = client, model, sound(files)
        self.late, self.first, self.texts, self.kept = [], [], [], 0

    def send(self, connection, begin):
        size = int(RATE * CHUNK)
        for number in range(-(-len(self.sound) // size)):
            time.sleep(max(0, begin + (number + 1) * CHUNK - time.monotonic()))
            chunk = self.sound[number * size : (number + 1) * size].tobytes()
            connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())
        connection.input_audio_buffer.clear()

    def run(self):
        transcription = {"model": self.model}
        if os.environ.get("PLAIN"):
            transcription["deed"] = {"lossless": False}
        with self.client.realtime.connect(model=self.model) as connection:
            connection.session.update(session={"type": "transcription", "audio": {"input": {"transcription": transcription}}})
            begin = time.monotonic()
            sender = threading.Thread(target=self.send, args=(connection, begin))
            sender.start()
            started, stopped, told, sent = {}, {}, {}, False
            for event in connection:
                now = time.monotonic() - begin
                if event.type == "error":
                    raise RuntimeError(event.error.message)
                if event.type.endswith("speech_started"):
                    started[event.item_id] = (event.audio_start_ms + PADDING) / 1000
                elif event.type.endswith("speech_stopped"):
                    stopped[event.item_id] = (event.audio_end_ms - SILENCE) / 1000
                elif event.type.endswith(".delta"):
                    if event.item_id not in told:
                        self.first.append(now - started[event.item_id])
                    told[event.item_id] = told.get(event.item_id, "") + event.delta
                elif event.type.endswith(".completed"):
                    self.late.append(now - stopped[event.item_id])
                    self.texts.append(event.transcript)
                    self.kept += told.get(event.item_id, "") == event.transcript
                sent = sent or event.type.endswith(".cleared")
                if sent and len(self.texts) == len(started):
                    break

    def whole(self):
        file = io.BytesIO()
        with wave.open(file, "wb") as wav:
            wav.setparams((1, 2, RATE, 0, "NONE", ""))
            wav.writeframes(self.sound.tobytes())
        return self.client.audio.transcriptions.create(model=self.model, file=("a.wav", file.getvalue())).text


def processor(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    url, pid, count, files = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    client = OpenAI(base_url=url + "/v1", api_key="none")
    model = client.models.list().data[0].id
    speakers = [Speaker(client, model, files[i * 3 % len(files) :] + files[: i * 3 % len(files)]) for i in range(count)]
    before = processor(pid)
    for speaker in speakers:
        speaker.start()
    for speaker in speakers:
        speaker.join()
    seconds = sum(len(speaker.sound) for speaker in speakers) / RATE
    cost = (processor(pid) - before) / seconds
    late = sorted(one for speaker in speakers for one in speaker.late)
    first = sorted(one for speaker in speakers for one in speaker.first)
    kept = sum(speaker.kept for speaker in speakers)
    wrong = total = 0
    for speaker in speakers:
        expected = words(speaker.whole())
        wrong += distance(expected, words(" ".join(speaker.texts)))
        total += len(expected)
    print(
        f"{count} speakers, {seconds:.0f} s, {len(late)} turns: completed after {statistics.median(late):.2f} s"
        f" (90 %: {late[len(late) * 9 // 10]:.2f}), first words after {statistics.median(first):.2f} s,"
        f" deltas join to the text in {kept}; processor {cost:.2f} of the sound; words unlike the whole's {wrong} of {total}"
    )


main()
