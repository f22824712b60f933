#!/usr/bin/env python3
"""Writes which token tables Transformers uses of folders that hold some of them, equal or different.

    pip install torch transformers==5.24.0 safetensors && tools/make_table_cases.py core/src/test/resources/tables

FAMILY.json has the config.json, the names of the tables, and cases such as "S-DH SDH": what is stored under the names of the
shared table, the encoder's, the decoder's and the head's (- for nothing), and what encoder, decoder and head use then. Cases in
which Transformers makes a table up are left out.
"""

import itertools
import json
import pathlib
import shutil
import sys
import tempfile

import torch
import transformers as hf
from safetensors.torch import load_file, save_file

from families import FAMILIES, VOCABULARY, bart_settings

LETTERS = "SEDH"
T5 = ("shared", "encoder.embed_tokens", "decoder.embed_tokens", "lm_head")
BART = ("model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head")


def marian(**settings):
    return hf.MarianMTModel(hf.MarianConfig(**bart_settings(pad_token_id=36, decoder_start_token_id=36, **settings)))


def udop():
    shape = dict(vocab_size=VOCABULARY, d_model=16, d_kv=4, d_ff=20, num_layers=2, num_decoder_layers=2, num_heads=2)
    return hf.UdopForConditionalGeneration(hf.UdopConfig(**shape, image_size=16, patch_size=8, max_2d_position_embeddings=32))


def of(name):
    return lambda: FAMILIES[name]().model


# What makes the model, the names of its tables, and what its config.json says of them.
MODELS = {
    "t5": (of("t5-v1-0"), T5, True),
    "t5-untied": (of("t5-v1-1"), T5, False),
    "mt5": (of("mt5"), T5, False),
    "udop": (udop, T5, True),
    "udop-untied": (udop, T5, False),
    "bart": (of("bart"), BART, True),
    "mbart-untied": (of("mbart"), BART, False),
    "pegasus": (of("pegasus"), BART, True),
    "m2m100": (of("m2m100"), BART, True),
    "marian": (marian, BART, True),
    "marian-untied": (marian, BART, False),
    "marian-unshared": (lambda: marian(share_encoder_decoder_embeddings=False), (None, *BART[1:]), True),
    "marian-apart": (lambda: marian(share_encoder_decoder_embeddings=False), (None, *BART[1:]), False),
    "whisper": (of("whisper"), (None, None, "model.decoder.embed_tokens", "proj_out"), True),
    "pix2struct": (of("pix2struct"), (None, None, "decoder.embed_tokens", "decoder.lm_head"), False),
    "pix2struct-tied": (of("pix2struct-tied"), (None, None, "decoder.embed_tokens", "decoder.lm_head"), True),
}


def cases(make, names, tied, folder):
    torch.manual_seed(0)
    model = make()
    model.config.architectures = [type(model).__name__]
    model.to(torch.float32).save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    config["tie_word_embeddings"] = tied
    (folder / "config.json").write_text(json.dumps(config))
    others = load_file(folder / "model.safetensors")
    for name in names:
        others.pop(f"{name}.weight", None)
    shape = model.get_input_embeddings().weight.shape if names[1] else model.get_submodule(names[2]).weight.shape
    found = []
    choices = [("-",) if name is None else tuple(dict.fromkeys(("-", "S", letter))) for name, letter in zip(names, LETTERS)]
    for stored in itertools.product(*choices):
        tables = {
            f"{name}.weight": torch.full(shape, float(1 + LETTERS.index(letter)))
            for name, letter in zip(names, stored)
            if letter != "-"
        }
        save_file(others | tables, folder / "model.safetensors", metadata={"format": "pt"})
        loaded = type(model).from_pretrained(folder)
        used = [None if name is None else loaded.get_submodule(name).weight for name in names[1:]]
        letters = "".join(letter_of(table) for table in used)
        if "?" not in letters:
            found.append("".join(stored) + " " + letters)
    return {"config": config, "tables": names, "cases": found}


def letter_of(table):
    if table is None:
        return "-"
    value = table.flatten()[0].item()
    return LETTERS[int(value) - 1] if value in (1, 2, 3, 4) and (table == value).all() else "?"


def main(out):
    hf.logging.set_verbosity_error()
    hf.utils.logging.disable_progress_bar()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, model in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            answer = cases(*model, pathlib.Path(folder))
        (out / f"{name}.json").write_text(json.dumps(answer) + "\n", encoding="utf-8")
        print(f"{name}: {len(answer['cases'])} cases", flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
