"""Makes tokenizer folders as Transformers 4 saved them, with what it says about them: most published folders are of that kind.

    python3 -m venv venv4
    venv4/bin/pip install transformers==4.48.3 tokenizers==0.21.4 sentencepiece==0.2.0 'protobuf<6' numpy
    venv4/bin/python tools/make_saved_fixtures.py io/src/test/resources/folders io/src/test/resources/saved

The models are those of make_tokenizer_fixtures.py (first folder). Transformers 5 opens such a folder with steps of its own in
place of those that tokenizer.json states: docs/model-folder.md says where the ids differ. `compare` counts it, in an
environment with Transformers 5:

    venv/bin/python tools/make_saved_fixtures.py compare io/src/test/resources/saved
"""

import json
import os
import random
import re
import shutil
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import transformers  # noqa: E402

FAMILIES = {"t5": "T5TokenizerFast", "pegasus": "PegasusTokenizerFast", "mbart": "MBartTokenizerFast",
            "mbart50": "MBart50TokenizerFast", "nllb": "NllbTokenizerFast", "donut": "XLMRobertaTokenizerFast"}
LANGUAGES = {"mbart": ["de_DE", "en_XX"], "mbart50": ["en_XX", "gl_ES"], "nllb": ["eng_Latn", "deu_Latn"]}
TEXTS = [
    "", " ", "a", "The cat sleeps near the river, alone.", "Die alte Brücke steht im Regen? ", "  two  spaces   and\ttab\nline \n",
    "12:30, 1.5 (x) 'q' don't", "ﬁsh no-break zero​width soft­hyphen ＡＢ e\u0301", "日本語 и русский 😀", "A </s> b <pad> c",
    "<unk> and </s>", "▁odd ▁ marks", " </s> ", "a <mask_1> b <mask_2> c <unk_2> d", "en_XX text <mask> de_DE",
]


def save(source, root):
    shutil.rmtree(root, ignore_errors=True)
    for name, kind in FAMILIES.items():
        folder = root / name
        shutil.copytree(source / name, folder, ignore=shutil.ignore_patterns("cases.json"))
        config = folder / "tokenizer_config.json"
        if config.exists():  # Transformers 4 knows the older name of this key
            settings = json.loads(config.read_text(encoding="utf-8"))
            if "extra_special_tokens" in settings:
                settings["additional_special_tokens"] = settings.pop("extra_special_tokens")
            config.write_text(json.dumps(settings), encoding="utf-8")
        tokenizer = getattr(transformers, kind).from_pretrained(folder)
        tokenizer.save_pretrained(folder)
        for path in folder.iterdir():
            if path.name not in ("config.json", "tokenizer.json", "tokenizer_config.json"):
                path.unlink()
        for name_of_file in ("tokenizer.json", "tokenizer_config.json"):  # as small as they can be
            path = folder / name_of_file
            path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False) + "\n", encoding="utf-8")
        write_cases(folder, LANGUAGES.get(name, []))


def write_cases(folder, languages):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rng = random.Random(3)
    encode = []
    for text in TEXTS:
        ids = tokenizer(text)["input_ids"]
        bare = tokenizer(text, add_special_tokens=False)["input_ids"]
        encode.append({"text": text, "ids": ids, "ids_without_special": bare, "tokens": tokenizer.convert_ids_to_tokens(ids)})
    decode = [case["ids"] for case in encode]
    decode += [[rng.randrange(len(tokenizer)) for _ in range(rng.randrange(1, 16))] for _ in range(24)]
    answer = {
        "class": type(tokenizer).__name__, "size": len(tokenizer), "all_special_ids": tokenizer.all_special_ids, "encode": encode,
        "decode": [{"ids": ids, "text": tokenizer.decode(ids),
                    "text_skip_special_tokens": tokenizer.decode(ids, skip_special_tokens=True)} for ids in decode]}
    if languages:
        answer["languages"] = []
        for code in languages:
            tokenizer.src_lang = code
            answer["languages"].append(
                {"language": code, "id": tokenizer.convert_tokens_to_ids(code), "ids": tokenizer(TEXTS[3])["input_ids"]})
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    (folder / "cases.json").write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")


def compare(root):
    from tokenizers import Tokenizer

    rng = random.Random(3)
    words = [word for text in TEXTS for word in text.split() if not re.search("[<▁_]", word)]
    plain = [" ".join(rng.choices(words, k=rng.randint(1, 12))) for _ in range(400)]
    kinds = {"plain": plain, "space at the end": [t + " " for t in plain], "space before </s>": [t + " </s>" for t in plain],
             "two spaces": [t.replace(" ", "  ", 1) for t in plain], "line break": [t.replace(" ", "\n", 1) for t in plain],
             "marks": [t + " ▁ x" for t in plain]}
    for folder in sorted(root.iterdir()):
        ours = transformers.AutoTokenizer.from_pretrained(folder)
        file = Tokenizer.from_file(str(folder / "tokenizer.json"))
        counts = {k: sum(ours(t)["input_ids"] != file.encode(t).ids for t in texts) for k, texts in kinds.items()}
        print(f"{folder.name}: {type(ours).__name__} of Transformers {transformers.__version__} differs from the file in {counts} of 400")


if __name__ == "__main__":
    if sys.argv[1] == "compare":
        compare(Path(sys.argv[2]))
    else:
        save(Path(sys.argv[1]), Path(sys.argv[2]))
