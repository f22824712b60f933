"""Makes the sound fixtures of the processing module's tests: short synthetic sounds in many flavours of WAV, FLAC, AIFF and
AU, and what SciPy's resample_poly makes at 16 kHz of the mean of their channels.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 soundfile==0.14.0
    venv/bin/python tools/make_sound_fixtures.py io/src/test/resources/sounds

A known answer is NAME.f32: the samples as little-endian floats of 32 bits, deflated.
"""

import math
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

RATE = 16000


def scene(frames, channels=1, seed=0):
    """Tones, a click, noise and some silence, within 16 bits."""
    random = np.random.default_rng(seed)
    time = np.arange(frames)[:, None] / RATE
    tone = 0.4 * np.sin(2 * np.pi * time * (440 + 300 * np.arange(channels)))
    noise = 0.05 * random.standard_normal((frames, channels)) * (time < frames / RATE / 2)
    sound = tone + noise
    sound[frames // 3] = 0.99
    sound[2 * frames // 3 : 3 * frames // 4] = 0
    return np.round(sound * 32767) / 32768


def write_answer(path):
    sound, rate = soundfile.read(path, dtype="float64", always_2d=True)
    mono = sound.mean(axis=1)
    divisor = math.gcd(RATE, rate)
    if rate != RATE:
        mono = resample_poly(mono, RATE // divisor, rate // divisor)
    Path(f"{path}.f32").write_bytes(zlib.compress(mono.astype("<f4").tobytes(), 9))


def chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def wav(rate, channels, bits, data, tag=1, before=b"", behind=b"", length=None):
    """A WAV of chunks: for the flavours that libsndfile reads but does not write."""
    size = channels * math.ceil(bits / 8)
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * size, size, bits)
    samples = b"data" + struct.pack("<I", len(data) if length is None else length) + data + b"\0" * (len(data) % 2)
    body = b"WAVE" + before + chunk(b"fmt ", form) + samples + behind
    return b"RIFF" + struct.pack("<I", len(body) if length is None else length) + body


def make_wavs(out):
    for name, subtype, rate, channels in (
        ("u8", "PCM_U8", 16000, 1),
        ("s16", "PCM_16", 16000, 1),
        ("s16_stereo_44k", "PCM_16", 44100, 2),
        ("s24_22k", "PCM_24", 22050, 1),
        ("s32_stereo_48k", "PCM_32", 48000, 2),
        ("f32_8k", "FLOAT", 8000, 1),
        ("f64_five_channels", "DOUBLE", 16000, 5),
        ("mu_law_8k", "ULAW", 8000, 1),
        ("a_law_stereo", "ALAW", 16000, 2),
    ):
        soundfile.write(out / f"{name}.wav", scene(301, channels), rate, subtype=subtype, format="WAV")
    # Two blocks of some 1,000 samples; the second is filled up, and read to its end.
    for name, subtype, channels in (
        ("ima", "IMA_ADPCM", 1),
        ("ima_stereo", "IMA_ADPCM", 2),
    ):
        soundfile.write(out / f"{name}.wav", scene(1500, channels), 16000, subtype=subtype, format="WAV")
    soundfile.write(out / "extensible_s24.wav", scene(301, 2), 32000, subtype="PCM_24", format="WAVEX")
    soundfile.write(out / "rf64.wav", scene(301, 2), 16000, subtype="PCM_16", format="RF64")
    samples = (scene(251)[:, 0] * 32768).astype("<i2").tobytes()
    extra = chunk(b"LIST", b"odd") + chunk(b"junk", b"")
    (out / "odd_chunks.wav").write_bytes(wav(16000, 1, 16, samples, before=extra, behind=extra))
    (out / "piped.wav").write_bytes(wav(16000, 1, 16, samples, length=0xFFFFFFFF))
    (out / "part_of_a_frame.wav").write_bytes(wav(16000, 1, 16, samples + b"\7"))
    for rate in (4001, 11025, 12000, 96000, 192000):
        (out / f"rate_{rate}.wav").write_bytes(wav(rate, 1, 16, samples))


def make_flacs(out):
    for name, subtype, rate, channels, level in (
        ("s16", "PCM_16", 16000, 1, 0.5),
        ("s16_stereo", "PCM_16", 16000, 2, 1.0),
        ("s24_stereo_24k", "PCM_24", 24000, 2, 0.8),
        ("s8_fastest", "PCM_S8", 8000, 1, 0.0),
        ("eight_channels", "PCM_16", 48000, 8, 0.6),
    ):
        sound = scene(701, channels)
        if channels == 2:
            sound[:, 1] = sound[:, 0] * 0.9 + sound[:, 1] * 0.1
        soundfile.write(out / f"{name}.flac", sound, rate, subtype=subtype, format="FLAC", compression_level=level)
    noise = np.random.default_rng(5).uniform(-1, 1, (200, 1))
    soundfile.write(out / "noise.flac", noise, 16000, subtype="PCM_24", format="FLAC")
    soundfile.write(out / "silence.flac", np.zeros((5000, 2)), 16000, subtype="PCM_16", format="FLAC")
    wasted = np.round(scene(300) * 64) / 64
    soundfile.write(out / "wasted_bits.flac", wasted, 16000, subtype="PCM_24", format="FLAC")
    soundfile.write(out / "frames.flac", scene(9000, 2), 16000, subtype="PCM_16", format="FLAC")


def make_piped_flac(out):
    """The number of samples, 36 bits, is not known to who writes into a pipe; libsndfile does not read such files."""
    file = bytearray((out / "frames.flac").read_bytes())
    file[21] &= 0xF0
    file[22:26] = bytes(4)
    (out / "piped.flac").write_bytes(file)
    (out / "piped.flac.f32").write_bytes((out / "frames.flac.f32").read_bytes())


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    make_wavs(out)
    make_flacs(out)
    soundfile.write(out / "s16.aiff", scene(301), 16000, subtype="PCM_16", format="AIFF")
    soundfile.write(out / "s24_stereo.aiff", scene(301, 2), 22050, subtype="PCM_24", format="AIFF")
    soundfile.write(out / "s16.au", scene(301), 8000, subtype="PCM_16", format="AU")
    for file in sorted(out.iterdir()):
        write_answer(file)
    make_piped_flac(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
