"""Makes the tokenizer folders of the module's tests, one for each kind of folder, with what Transformers says about them.

    python3 -m venv venv
    venv/bin/pip install transformers==5.24.0 tokenizers==0.23.3 sentencepiece==0.2.3 protobuf
    venv/bin/python tools/make_tokenizer_fixtures.py io/src/test/resources/folders

The text is made up here, so the files are the project's own. Each folder holds the files of a model folder without
tokenizer.json, and cases.json: encodings and decodings, and for translation models one encoding a source language.
"""

import contextlib
import itertools
import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import sentencepiece  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers, trainers  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

ENGLISH = (
    ["The cat", "A farmer", "My sister", "The old bridge", "Nobody", "Our neighbour", "A small boat", "The baker"],
    ["waits", "sleeps", "sings", "was seen", "rests", "works", "stays", "is standing"],
    ["behind the garden wall.", "near the river, alone.", "under a green umbrella!", "in the rain?", "on Monday at 12:30."],
)
GERMAN = (
    ["Die Katze", "Ein Bauer", "Meine Schwester", "Die alte Brücke", "Niemand", "Unser Nachbar", "Ein kleines Boot", "Der Bäcker"],
    ["wartet", "schläft", "singt", "wurde gesehen", "ruht", "arbeitet", "bleibt", "steht"],
    ["hinter der Gartenmauer.", "am Fluss, allein.", "unter einem grünen Schirm!", "im Regen?", "am Montag um 12:30 Uhr."],
)

TEXTS = [
    "", " ", "a", "The cat sleeps near the river, alone.", "Die alte Brücke steht im Regen?",
    "  two  spaces   and\ttab\nline ", "Straße über Öl", "12:30, 1.5 (x) {y} \"z\" 'q' don't", "emoji 😀 and 👩‍👧 x",
    "日本語 и русский", "ﬁsh no-break zero​width soft­hyphen ＡＢ e\u0301", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "A </s> b <pad> c", "<unk> and </s>", "▁odd ▁ marks", "</s>", " </s> ", "a\u0000b", ">>de<< The cat", "I <mask> you",
]

# Far smaller than the rules of real models (nmt_nfkc has 240 kB), and enough to tell a folder with rules from one without.
RULES = {"ﬁ": "fi", "\u00a0": " ", "\u00ad": "", "\u200b": " ", "\t": " ", "\n": " ", "e\u0301": "é",
         **{chr(0xFF21 + i): chr(0x41 + i) for i in range(26)}}


def sentences(parts):
    return [" ".join(words) for words in itertools.product(*parts)]


def spm(path, lines, size, model_type="unigram", pad_first=False, rules=True, **options):
    """Trains a sentencepiece model; pad_first numbers the special pieces as T5 does, otherwise as fairseq's models."""
    path = path.absolute()
    # Relative names: the trainer writes them into the model, which should be the same every time.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("rules.tsv").write_text("".join(
            " ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n" for a, b in RULES.items()))
        ids = dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1) if pad_first else dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_prefix="m", vocab_size=size, model_type=model_type,
            hard_vocab_limit=False, character_coverage=1.0, num_threads=1, minloglevel=2,
            **(dict(normalization_rule_tsv="rules.tsv") if rules else dict(normalization_rule_name="identity")),
            **ids, **options)
        shutil.copy("m.model", path)


def pieces(path):
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")


def write_cases(folder, answer):
    """One case a line."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    (folder / "cases.json").write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")


def cases(folder, languages=(), more_texts=(), **settings):
    tokenizer = AutoTokenizer.from_pretrained(folder, **settings)
    encode, decode = [], []
    rng = random.Random(3)
    for text in [*TEXTS, *more_texts]:
        ids = tokenizer(text)["input_ids"]
        encode.append({
            "text": text, "ids": ids, "ids_without_special": tokenizer(text, add_special_tokens=False)["input_ids"],
            "tokens": tokenizer.convert_ids_to_tokens(ids)})
        decode.append(ids)
    decode.append(encode[-1]["ids_without_special"])
    decode += [[rng.randrange(len(tokenizer)) for _ in range(rng.randrange(1, 16))] for _ in range(24)]
    answer = {
        "class": type(tokenizer).__name__, "size": len(tokenizer), "all_special_ids": tokenizer.all_special_ids,
        "encode": encode,
        "decode": [{"ids": ids, "text": tokenizer.decode(ids),
                    "text_skip_special_tokens": tokenizer.decode(ids, skip_special_tokens=True)} for ids in decode]}
    if languages:
        answer["languages"] = []
        for code in languages:
            tokenizer.src_lang = code
            target = tokenizer.get_lang_id(code) if hasattr(tokenizer, "get_lang_id") else tokenizer.convert_tokens_to_ids(code)
            answer["languages"].append({"language": code, "id": target, "ids": tokenizer(TEXTS[3])["input_ids"]})
    if type(tokenizer).__name__ == "MarianTokenizer":
        for case in encode:
            case["target_ids"] = tokenizer(text_target=case["text"])["input_ids"]
    write_cases(folder, answer)
    print(f"{folder.name}: {answer['class']}, {answer['size']} tokens, "
          f"{sum(f.stat().st_size for f in folder.iterdir())} bytes")


def marian(root, name, separate):
    folder = root / name
    folder.mkdir()
    spm(folder / "source.spm", sentences(ENGLISH), 120)
    spm(folder / "target.spm", sentences(GERMAN), 120)
    codes = [] if separate else [">>de<<", ">>nl<<"]
    source = [p for p in pieces(folder / "source.spm") if p not in ("<unk>", "<s>", "</s>")]
    target = [p for p in pieces(folder / "target.spm") if p not in ("<unk>", "<s>", "</s>")]
    one = ["</s>", "<unk>", *codes, *(source if separate else dict.fromkeys(source + target)), "<pad>"]
    write(folder / "vocab.json", {token: i for i, token in enumerate(one)})
    if separate:
        write(folder / "target_vocab.json", {t: i for i, t in enumerate(["</s>", "<unk>", *target, "<pad>"])})
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "MarianTokenizer", "source_lang": "en", "target_lang": "de", "eos_token": "</s>",
        "unk_token": "<unk>", "pad_token": "<pad>", "model_max_length": 512, "separate_vocabs": separate})
    write(folder / "config.json", {"model_type": "marian"})
    cases(folder)


def byte_level(lines, size, special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return json.loads(tokenizer.to_str())["model"]


def write_byte_level(folder, model):
    write(folder / "vocab.json", model["vocab"])
    (folder / "merges.txt").write_text(
        "#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in model["merges"]), encoding="utf-8")


def main():
    root = Path(sys.argv[1])
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    both = sentences(ENGLISH) + sentences(GERMAN)

    def folder(name, model_type, **config):
        made = root / name
        made.mkdir()
        write(made / "config.json", {"model_type": model_type})
        if config:
            write(made / "tokenizer_config.json", config)
        return made

    t5 = folder("t5", "t5", tokenizer_class="T5Tokenizer", extra_ids=5, clean_up_tokenization_spaces=True,
                eos_token="</s>", pad_token="<pad>", unk_token="<unk>")
    spm(t5 / "spiece.model", both, 150, pad_first=True)
    cases(t5, more_texts=["x<extra_id_0> y <extra_id_4>.", "<extra_id_5>"])

    mt5 = folder("mt5", "mt5", tokenizer_class="T5Tokenizer", extra_ids=0, additional_special_tokens=None, sp_model_kwargs={})
    spm(mt5 / "spiece.model", both, 140, pad_first=True, user_defined_symbols=["[own]"], byte_fallback=False)
    cases(mt5, more_texts=["x[own]y"])

    saved = folder("t5-saved", "t5")
    spm(saved / "spiece.model", both, 140, pad_first=True, rules=False)
    size = len(pieces(saved / "spiece.model"))
    write(saved / "tokenizer_config.json", {  # as Transformers 4 saved it: every added token with its id
        "tokenizer_class": "T5Tokenizer", "extra_ids": 2, "additional_special_tokens": ["<extra_id_0>", "<extra_id_1>"],
        "added_tokens_decoder": {str(i): {"content": t, "lstrip": False, "normalized": not s, "rstrip": False,
                                          "single_word": False, "special": s}
                                 for i, t, s in ((0, "<pad>", True), (1, "</s>", True), (2, "<unk>", True),
                                                 (size, "<extra_id_1>", True), (size + 1, "<extra_id_0>", True),
                                                 (size + 2, "zebra", False))}})
    cases(saved, more_texts=["x<extra_id_0> y zebra zebras"])

    udop = folder("udop", "udop", tokenizer_class="UdopTokenizer", extra_special_tokens=["<loc_0>", "<loc_1>"])
    spm(udop / "spiece.model", both, 130, pad_first=True)
    # its tokenizer takes words with boxes only, so the cases are made from words
    tokenizer = AutoTokenizer.from_pretrained(udop)
    encode = []
    for words in (["The", "cat"], ["Die", "alte", "Brücke", "<loc_1>", "12:30."], ["日本語", "x"]):
        boxes = [[10 * i, 20, 10 * i + 7, 40] for i in range(len(words))]
        for question in (None, "Frage: Was schläft?"):
            made = tokenizer(question, words, boxes=boxes) if question else tokenizer(words, boxes=boxes)
            encode.append({"question": question, "words": words, "boxes": boxes, "ids": made["input_ids"], "bbox": made["bbox"]})
    write_cases(udop, {"boxed": encode})

    pegasus = folder("pegasus", "pegasus", tokenizer_class="PegasusTokenizer", offset=103, mask_token="<mask_2>",
                     mask_token_sent="<mask_1>")
    spm(pegasus / "spiece.model", both, 130, pad_first=True)
    cases(pegasus, more_texts=["a <mask_1> b <mask_2> c <unk_2> d"])

    mbart = folder("mbart", "mbart", tokenizer_class="MBartTokenizer", src_lang="de_DE", tgt_lang="en_XX")
    spm(mbart / "sentencepiece.bpe.model", both, 130)
    cases(mbart, languages=["de_DE", "en_XX", "ro_RO"], more_texts=["en_XX text de_DE"])

    mbart50 = folder("mbart50", "mbart", tokenizer_class="MBart50Tokenizer")
    shutil.copy(mbart / "sentencepiece.bpe.model", mbart50)
    cases(mbart50, languages=["en_XX", "gl_ES"], more_texts=["en_XX text de_DE"])

    nllb = folder("nllb", "m2m_100", tokenizer_class="NllbTokenizer", extra_special_tokens=["ace_Arab", "deu_Latn", "eng_Latn"])
    spm(nllb / "sentencepiece.bpe.model", both, 140, model_type="bpe")
    cases(nllb, languages=["eng_Latn", "deu_Latn"], more_texts=["deu_Latn text eng_Latn"])

    legacy = folder("nllb-legacy", "m2m_100", tokenizer_class="NllbTokenizer", legacy_behaviour=True, src_lang="deu_Latn",
                    extra_special_tokens=["eng_Latn", "deu_Latn"])
    shutil.copy(nllb / "sentencepiece.bpe.model", legacy)
    cases(legacy, languages=["eng_Latn", "deu_Latn"])

    m2m = folder("m2m100", "m2m_100", tokenizer_class="M2M100Tokenizer", src_lang="de", tgt_lang="en")
    shutil.copy(nllb / "sentencepiece.bpe.model", m2m)
    names = ["<s>", "<pad>", "</s>", "<unk>", *(p for p in pieces(nllb / "sentencepiece.bpe.model")[3:] if p != "Ö")]
    write(m2m / "vocab.json", {p: i for i, p in enumerate(names)})
    cases(m2m, languages=["de", "en", "zu"], more_texts=["__de__ text"])

    codes = folder("m2m100-saved", "m2m_100", tokenizer_class="M2M100Tokenizer", language_codes="wmt21",
                   additional_special_tokens=[f"__{c}__" for c in ["en", "ha", "is", "ja", "cs", "ru", "zh", "de"]])
    for name in ("sentencepiece.bpe.model", "vocab.json"):
        shutil.copy(m2m / name, codes)
    cases(codes, languages=["de", "en"], more_texts=["__de__ text"])

    donut = folder("donut", "vision-encoder-decoder", tokenizer_class="XLMRobertaTokenizer",
                   extra_special_tokens=["<s_menu>", "</s_menu>"])
    shutil.copy(mbart / "sentencepiece.bpe.model", donut)
    cases(donut, more_texts=["<s_menu> tea</s_menu>"])

    marian(root, "marian", separate=False)
    marian(root, "marian-separate", separate=True)

    bart = folder("bart", "bart")
    write_byte_level(bart, byte_level(both, 330, ["<s>", "<pad>", "</s>", "<unk>"]))
    cases(bart)

    roberta = folder("roberta", "vision-encoder-decoder", tokenizer_class="RobertaTokenizer", add_prefix_space=True,
                     mask_token={"__type": "AddedToken", "content": "<mask>", "lstrip": True, "normalized": True,
                                 "rstrip": False, "single_word": False})
    write_byte_level(roberta, byte_level(both, 320, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]))
    cases(roberta)

    whisper = folder("whisper", "whisper")
    model = byte_level(both, 320, [])
    write_byte_level(whisper, model)
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|de|>", "<|translate|>", "<|transcribe|>",
               "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    write(whisper / "tokenizer_config.json", {
        "tokenizer_class": "WhisperTokenizer", "language": "german", "task": "transcribe", "extra_special_tokens": special,
        "added_tokens_decoder": {str(320 + i): {"content": t, "lstrip": False, "normalized": False, "rstrip": False,
                                                "single_word": False, "special": t in special}
                                 for i, t in enumerate(special + ["<|0.00|>", "<|0.02|>", "<|0.04|>"])}})
    cases(whisper, more_texts=["<|startofprev|> earlier <|startoftranscript|><|de|><|0.00|> Die Katze<|0.02|>"])


if __name__ == "__main__":
    main()
