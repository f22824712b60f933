#!/usr/bin/env python3
"""Writes a tiny random folder of every family and what Transformers computes from it.

Needs: pip install torch transformers safetensors (about 6 GB installed).

    tools/make_family_fixtures.py [--out core/src/test/resources/families] [FAMILY...]

For each family:
    model/                config.json, generation_config.json, model.safetensors
    cases.json            inputs, decoder prefix, greedy and beam answers
    expected.safetensors  inK.input.NAME, inK.encoder.embed, inK.encoder.layerI (raw outputs), inK.encoder.output (behind
                          the bridge, where there is one), inK.decoder.embed, inK.decoder.layerI, inK.logits

To add a family, write a function in families.py. Weights are random, so a folder holds no
text and answers say nothing; a seed is taken whose answers are the same in float64 and not decided by rounding.
"""

import argparse
import copy
import itertools
import json
import pathlib
import shutil

import torch
import transformers as hf
from safetensors.torch import save_file

from families import FAMILIES, VOCABULARY

ROOT = pathlib.Path(__file__).resolve().parent.parent
PREFIX = 6
NEW_TOKENS = 8
MARGIN = 1e-3
TOKENS = 4


def randomise(model):
    """Weights that let every part of the model be seen in the output, biases and norms included."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            if not value.requires_grad:
                continue
            if value.ndim < 2 or value.shape[:2] == (1, 1):
                value += 0.3 * torch.randn_like(value)
            elif "embed" in name or "position" in name or "relative" in name or name.startswith("shared"):
                value.normal_(0, 0.7)
            else:
                value.normal_(0, 1.2 * (value.numel() / value.shape[0]) ** -0.5)
        for name, value in model.named_buffers():
            if name == "final_logits_bias":
                value.normal_(0, 0.3)


def batched(inputs):
    return {name: value[None] for name, value in inputs.items()}


def outputs_of(layers, record, prefix):
    """Hooks that note what enters the first layer and what leaves each."""

    def first(module, args, kwargs):
        record[f"{prefix}.embed"] = (args[0] if args else kwargs["hidden_states"])[0]

    handles = [layers[0].register_forward_pre_hook(first, with_kwargs=True)]
    for i, layer in enumerate(layers):

        def after(module, args, output, name=f"{prefix}.layer{i}"):
            record[name] = (output if isinstance(output, torch.Tensor) else output[0])[0]

        handles.append(layer.register_forward_hook(after))
    return handles


def features(fixture, model, inputs, prefix):
    record = {}
    handles = outputs_of(model.get_submodule(fixture.encoder), record, "encoder")
    handles += outputs_of(model.get_submodule(fixture.decoder), record, "decoder")
    if fixture.output is not None:
        module = model.get_submodule(fixture.output)
        handles.append(module.register_forward_hook(lambda _, args, made: record.update({"encoder.read": made[0]})))
    with torch.no_grad():
        output = model(**batched(inputs), decoder_input_ids=torch.tensor([prefix]), use_cache=False)
        encoded = output.encoder_last_hidden_state
        bridge = getattr(model, "enc_to_dec_proj", None)
        record["encoder.output"] = (encoded if bridge is None else bridge(encoded))[0]
        if fixture.output is not None:
            record["encoder.output"] = record.pop("encoder.read")
    for handle in handles:
        handle.remove()
    record["logits"] = output.logits[0]
    return {name: value.clone(memory_format=torch.contiguous_format) for name, value in record.items()}


def cut(sequence, end):
    """Up to the first end token behind the start."""
    ids = sequence.tolist()
    return ids[: ids.index(end, 1) + 1] if end in ids[1:] else ids


def generate(fixture, model, inputs, settings, prefix):
    with torch.no_grad():
        # Whisper has a generate of its own for long recordings.
        result = hf.GenerationMixin.generate(
            model,
            **batched(inputs),
            **settings,
            **({} if prefix is None else {"decoder_input_ids": torch.tensor([prefix])}),
            use_cache=fixture.cached,
            return_dict_in_generate=True,
            output_scores=True,
        )
    end = model.generation_config.eos_token_id
    sequences = [cut(sequence, end) for sequence in result.sequences]
    scores = getattr(result, "sequences_scores", None)
    return sequences, None if scores is None else scores.tolist(), result.scores


SETTINGS = {
    "greedy": dict(do_sample=False, num_beams=1, max_new_tokens=NEW_TOKENS),
    "beam3": dict(
        do_sample=False,
        num_beams=3,
        max_new_tokens=NEW_TOKENS,
        num_return_sequences=2,
        length_penalty=0.7,
        early_stopping=False,
    ),
}


def answers(fixture, model):
    """The generate cases; None when rounding might decide one, or greedy answers say too little."""
    cases = []
    emitted = set()
    prefixes = [None] if fixture.prefix is None else [None, fixture.prefix]
    for number, inputs in enumerate(fixture.inputs):
        exact = {name: value.double() if value.is_floating_point() else value for name, value in inputs.items()}
        for (name, shared), prefix in itertools.product(SETTINGS.items(), prefixes):
            settings = shared | fixture.settings
            # Swin layers remember a grid of the size of a window, so each run has its own model.
            sequences, scores, steps = generate(fixture, copy.deepcopy(model), inputs, settings, prefix)
            again, _, _ = generate(fixture, copy.deepcopy(model).double(), exact, settings, prefix)
            if sequences != again:
                return None
            case = {"case": name, "input": f"in{number}", "settings": settings, "sequences": sequences}
            if prefix is not None:
                case["prefix"] = prefix
            if scores is None:
                best = torch.stack([step[0].topk(2).values for step in steps])
                if (best[:, 0] - best[:, 1]).min() < MARGIN:
                    return None
                emitted.update(sequences[0][len(prefix or [0]) :])
            else:
                if scores[0] - scores[1] < MARGIN:
                    return None
                case["sequences_scores"] = scores
            cases.append(case)
    return cases if len(emitted) >= TOKENS else None


def write(name, make, out):
    for seed in range(200):
        torch.manual_seed(seed)
        fixture = make()
        randomise(fixture.model)
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        fixture.model.generation_config.max_length = None
        fixture.model.to(fixture.precision).save_pretrained(folder / "model")
        model = type(fixture.model).from_pretrained(
            folder / "model", dtype=torch.float32, attn_implementation="eager"
        ).eval()
        cases = answers(fixture, model)
        if cases is not None:
            break
    else:
        raise SystemExit(f"{name}: no seed gives answers that rounding does not decide")
    start = cases[0]["sequences"][0][0]
    prefix = fixture.prefix or [start] + torch.randint(3, VOCABULARY - 4, (PREFIX - 1,)).tolist()
    tensors = {}
    for number, inputs in enumerate(fixture.inputs):
        for key, value in inputs.items():
            tensors[f"in{number}.input.{key}"] = value
        for key, value in features(fixture, copy.deepcopy(model), inputs, prefix).items():
            tensors[f"in{number}.{key}"] = value
    save_file(tensors, folder / "expected.safetensors")
    described = {
        "family": name,
        "seed": seed,
        "versions": {"torch": torch.__version__, "transformers": hf.__version__},
        "inputs": [
            {"name": f"in{i}", "shapes": {k: list(v.shape) for k, v in inputs.items()}}
            | ({"input_ids": inputs["input_ids"].tolist()} if "input_ids" in inputs else {})
            for i, inputs in enumerate(fixture.inputs)
        ],
        "teacher_forcing": {"decoder_input_ids": prefix},
        "generate": cases,
    }
    (folder / "cases.json").write_text(json.dumps(described) + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{name}: seed {seed}, {size / 1000:.0f} KB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(FAMILIES))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "core/src/test/resources/families")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    hf.logging.set_verbosity_error()
    hf.utils.logging.disable_progress_bar()
    for name in arguments.families or FAMILIES:
        write(name, FAMILIES[name], arguments.out)


if __name__ == "__main__":
    main()
