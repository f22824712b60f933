#!/usr/bin/env python3
"""Makes a folder for `deed extract` of a trained one: receipts_folder.py TRAINED FOLDER

The papers of `convert receipts` are in small letters, so the tokenizer has to make small letters of a page's; and the
folder has to name its fields.
"""
import json
import os
import shutil
import sys

FIELDS = {"company": "text", "date": "date", "address": "text", "total": "amount"}
FILES = ("config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


def change(path, edit):
    with open(path, encoding="utf-8") as file:
        value = json.load(file)
    edit(value)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")


def in_small_letters(tokenizer):
    before = tokenizer["normalizer"]
    if before["type"] != "Sequence":
        tokenizer["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, before]}


def with_fields(config):
    config["fields"] = [{"name": name, "type": kind} for name, kind in FIELDS.items()]


def main():
    trained, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for name in FILES:
        shutil.copy(os.path.join(trained, name), folder)
    change(os.path.join(folder, "tokenizer.json"), in_small_letters)
    change(os.path.join(folder, "config.json"), with_fields)


if __name__ == "__main__":
    main()
