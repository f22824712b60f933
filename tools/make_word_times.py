"""Makes the known answers of word times, runtime/src/test/resources/speech/word-times.json: where tokens begin by
weights that are given, words of texts, and words with their times in recordings of 16 kHz that a tiny Whisper hears.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.24.0
    venv/bin/python tools/make_word_times.py ../shared/golden/hf/whisper-sound \\
        runtime/src/test/resources/speech/word-times.json
"""

import json
import sys
import wave
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer, WhisperFeatureExtractor, WhisperForConditionalGeneration
from transformers.models.whisper.generation_whisper import _dynamic_time_warping, _median_filter
from transformers.models.whisper.tokenization_whisper import _combine_tokens_into_words

LANGUAGES = {"en": "english", "fr": "french", "ja": "japanese", "zh": "chinese"}
TEXTS = [
    ("en", ' And so, my fellow "Americans" (all of them) -- ask not: what? It\'s 3.5 % of well-known $4!'),
    ("fr", " « Où est l'été ? » dit-elle ; ¿ no ? ça va…"),
    ("ja", "今日は、いい天気ですね。「はい」"),
    ("zh", "你好,世界!我 ok 🙂。"),
    ("en", "no blank first  two blanks 🙂🙃 naïve"),
]
# Alignment heads; null: the upper half of the layers.
RECORDINGS = [
    ("chirp-16k-s16", "en", [[1, 0], [2, 3]]),
    ("chirp-16k-s16", "fr", None),
    ("long-16k-u8", "ja", [[0, 1], [2, 2], [2, 0]]),
]


def matrices():
    random = np.random.default_rng(7)
    for tokens, positions, steps, width in ((6, 40, 33, 7), (4, 8, 3, 7), (5, 20, 20, 3)):
        weights = np.round(random.dirichlet(np.full(positions, 0.3), (2, tokens)), 5).astype(np.float32)
        cut = torch.from_numpy(weights)[..., :steps]
        cut = (cut - cut.mean(-2, keepdim=True)) / cut.std(-2, keepdim=True, unbiased=False)
        matrix = _median_filter(cut[None], width)[0].mean(0).double().numpy()
        text, time = _dynamic_time_warping(-matrix)
        yield {
            "positions": positions, "steps": steps, "filter": width,
            "heads": [[round(float(value), 5) for value in head.ravel()] for head in weights],
            "begins": [int(time[text == token].min()) for token in range(tokens)],
        }


def texts(tokenizer):
    for language, text in TEXTS:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        words, _, places = _combine_tokens_into_words(tokenizer, list(ids), LANGUAGES[language])
        yield {
            "language": language, "ids": ids,
            "words": [[word, place[0], place[-1]] for word, place in zip(words, places)],
        }


def samples(path):
    with wave.open(str(path)) as sound:
        raw = sound.readframes(sound.getnframes())
        if sound.getsampwidth() == 1:
            return (np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / 128
        return np.frombuffer(raw, "<i2").astype(np.float32) / 32768


def recordings(root, tokenizer):
    extractor = WhisperFeatureExtractor.from_pretrained(root / "model")
    for name, language, heads in RECORDINGS:
        model = WhisperForConditionalGeneration.from_pretrained(root / "model", dtype=torch.float32).eval()
        layers, count = model.config.decoder_layers, model.config.decoder_attention_heads
        model.generation_config.alignment_heads = heads or [
            [layer, head] for layer in range(layers // 2, layers) for head in range(count)
        ]
        sound = samples(root / "audio" / f"{name}.wav")
        length = {} if len(sound) <= extractor.n_samples else {"truncation": False, "padding": "longest"}
        heard = extractor(sound, sampling_rate=16000, return_tensors="pt", return_attention_mask=True, **length)
        answer = model.generate(
            heard["input_features"], attention_mask=heard["attention_mask"], language=LANGUAGES[language],
            task="transcribe", num_beams=1, return_timestamps=True, return_token_timestamps=True,
            return_segments=True,
        )
        words, before = [], 0.0
        for segment in answer["segments"][0]:
            words += timed(tokenizer, segment, before, LANGUAGES[language])
            before = float(segment["token_timestamps"][-1])
        # Transformers goes on in the silence that a short recording is filled up with.
        words = [word for word in words if word[1] < len(sound) / 16000]
        yield {"audio": f"audio/{name}.wav", "language": language, "alignment_heads": heads, "words": words}


def timed(tokenizer, segment, before, language):
    """The words of a segment: a token lasts from the time of the one before it to its own."""
    ids, ends = segment["tokens"].tolist(), [round(float(end), 2) for end in segment["token_timestamps"]]
    begins = [round(before, 2), *ends]
    first = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    places = [place for place, id in enumerate(ids) if id < first]
    words, _, spans = _combine_tokens_into_words(tokenizer, [ids[place] for place in places], language)
    return [
        [word.strip(), begins[places[span[0]]], ends[places[span[-1]]]]
        for word, span in zip(words, spans) if word.strip()
    ]


def main():
    root = Path(sys.argv[1])
    tokenizer = AutoTokenizer.from_pretrained(root / "model")
    found = {
        "weights": list(matrices()),
        "texts": list(texts(tokenizer)),
        "recordings": list(recordings(root, tokenizer)),
    }
    lines = ",\n".join(
        f'"{key}": [\n' + ",\n".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"
        for key, value in found.items()
    )
    Path(sys.argv[2]).write_text("{\n" + lines + "\n}\n", encoding="utf-8")


main()
