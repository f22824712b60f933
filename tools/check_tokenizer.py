"""Holds the project's vocabulary training against Hugging Face's libraries.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3 transformers==5.24.0
    venv/bin/python tools/check_tokenizer.py check FOLDER TEXT [--byte-level] [--single-digits] [--prefix-space]
        [--min-frequency N]
    venv/bin/python tools/check_tokenizer.py fixtures io/src/test/resources/tokenizers

`check`: FOLDER holds a tokenizer.json trained by `deed tokenizer` on the lines of TEXT. It must open in Transformers,
encode as the bare library does, give back what it encoded (byte level), and equal what Hugging Face's trainer learns
from the same lines. `fixtures`: what that trainer learns from a text made up here, for the module's own tests.
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers  # noqa: E402

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def train(lines, size, byte_level, single_digits=False, start_token=False, min_frequency=1, prefix_space=False):
    if byte_level:
        tokenizer = Tokenizer(models.BPE(fuse_unk=False))
        step = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.pre_tokenizer = (
            pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), step]) if single_digits else step
        )
        tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False)
        if prefix_space:
            tokenizer.normalizer = normalizers.Prepend(" ")
            tokenizer.decoder = decoders.Sequence([tokenizer.decoder, decoders.Strip(" ", 1, 0)])
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=min_frequency,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
    else:
        tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        trainer = trainers.WordLevelTrainer(
            vocab_size=size, min_frequency=min_frequency, special_tokens=SPECIAL, show_progress=False
        )
    tokenizer.train_from_iterator(lines, trainer)
    start = "<s> " if start_token else ""
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start}$A </s>",
        pair=f"{start}$A </s> $B </s>",
        special_tokens=[(t, SPECIAL.index(t)) for t in (["<s>", "</s>"] if start_token else ["</s>"])],
    )
    return tokenizer


def check(options):
    from transformers import AutoTokenizer

    lines = options.text.read_text(encoding="utf-8").split("\n")
    ours = json.loads((options.folder / "tokenizer.json").read_text(encoding="utf-8"))
    bare = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    loaded = AutoTokenizer.from_pretrained(options.folder)
    for token, name in (("<s>", "bos"), ("<pad>", "pad"), ("</s>", "eos"), ("<unk>", "unk")):
        assert getattr(loaded, name + "_token") == token, f"Transformers takes {name} for another token"
    for line in lines:
        ids = bare.encode(line).ids
        assert loaded(line)["input_ids"] == ids, f"Transformers encodes differently: {line!r}"
        text = loaded.decode(ids, skip_special_tokens=True)
        if options.byte_level:
            assert text == line, f"{line!r} comes back as {text!r}"
        assert bare.decode(ids) == text, f"Transformers decodes differently: {line!r}"
    size = len(ours["model"]["vocab"])
    reference = train(
        lines,
        size,
        options.byte_level,
        options.single_digits,
        min_frequency=options.min_frequency,
        prefix_space=options.prefix_space,
    )
    theirs = json.loads(reference.to_str())["model"]
    assert ours["model"]["vocab"] == theirs["vocab"], "the vocabulary differs from the reference trainer's"
    assert ours["model"].get("merges") == theirs.get("merges"), "the merges differ from the reference trainer's"
    print(f"{options.folder}: {size} tokens, {len(lines)} lines: opens in Transformers and equals the reference")


def sample_lines():
    """Words, contractions, digits, accents, other scripts, emoji and odd white space; runs that spell one token twice."""
    rng = random.Random(5)
    syllables = ["ba", "na", "ti", "ko", "re", "shu", "aa", "aaa", "ab", "abab", "lo", "ÿö", "ß", "猫", "犬山", "жук"]
    words = ["".join(rng.choice(syllables) for _ in range(rng.randint(1, 4))) for _ in range(160)]
    others = ["it's", "we'll", "don't", "I'm", "3.14", "2026-11-25", "1000000", "(x)", "{", "}", ",", "btn-red", "🎉",
              "e\u0301", "½", "\u00a0", "  ", "\t", "<unk>x", "—"]
    lines = []
    for _ in range(120):
        line = [words[min(int(rng.expovariate(0.04)), len(words) - 1)] for _ in range(rng.randint(1, 9))]
        if rng.random() < 0.6:
            line.insert(rng.randrange(len(line) + 1), rng.choice(others))
        lines.append(" ".join(line))
    return lines + ["", " ", "  two  spaces ", "tab\tand\u3000wide", "🎉🎉", "a\r\nb"]


def fixtures(options):
    options.folder.mkdir(parents=True, exist_ok=True)
    lines = sample_lines()
    (options.folder / "sample.json").write_text(json.dumps(lines, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    for name, size, byte_level, digits, start, frequency, prefix in (
        ("word_level", 90, False, False, False, 2, False),
        ("byte_level", 420, True, False, True, 1, False),
        ("byte_level_digits", 2000, True, True, False, 2, False),
        ("byte_level_prefix", 900, True, True, False, 1, True),
    ):
        tokenizer = train(lines, size, byte_level, digits, start, frequency, prefix)
        answer = json.loads(tokenizer.to_str())
        answer["_ids"] = [tokenizer.encode(line).ids for line in lines]
        (options.folder / f"{name}.json").write_text(json.dumps(answer, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("check")
    one.add_argument("folder", type=Path)
    one.add_argument("text", type=Path)
    one.add_argument("--byte-level", action="store_true")
    one.add_argument("--single-digits", action="store_true")
    one.add_argument("--prefix-space", action="store_true")
    one.add_argument("--min-frequency", type=int, default=1)
    one.set_defaults(run=check)
    two = commands.add_parser("fixtures")
    two.add_argument("folder", type=Path)
    two.set_defaults(run=fixtures)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    sys.exit(main())
