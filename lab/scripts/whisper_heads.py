#!/usr/bin/env python3
"""Writes what a pretrained Whisper's head reads at each decoder layer, for the laboratory's ScreeningReport.

Needs what pretrained_whisper.py needs (its models and sample are used).

    lab/scripts/whisper_heads.py WORK [--model tiny.en|base]

WORK/heads-MODEL.safetensors gets `head` [tokens, width] and `hidden.1`, `hidden.2`, … [steps, width]
behind the last norm, of a greedy transcription of the sample.
"""

import argparse
import pathlib

import torch
from safetensors.numpy import save_file
from transformers import (
    PreTrainedTokenizerFast,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)
from transformers.modeling_outputs import BaseModelOutput

from pretrained_whisper import MODELS, fetch_model, fetch_sample, samples
from whisper_from_ctranslate2 import convert

MOST_TOKENS = 60


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--model", choices=MODELS, default="tiny.en")
    options = parser.parse_args()
    folder = options.work / f"hf-{options.model}"
    source = fetch_model(options.model, options.work)
    if not folder.exists():
        convert(source, folder)
    model = WhisperForConditionalGeneration.from_pretrained(folder).float().eval()
    ids = prompt(folder, MODELS[options.model]["prompt"])
    features = WhisperFeatureExtractor(feature_size=model.config.num_mel_bins)(
        samples(fetch_sample(options.work), 16000), sampling_rate=16000, return_tensors="pt"
    ).input_features
    with torch.no_grad():
        encoded = BaseModelOutput(last_hidden_state=model.model.encoder(features).last_hidden_state)
        for _ in range(MOST_TOKENS):
            logits = model(encoder_outputs=encoded, decoder_input_ids=torch.tensor([ids])).logits
            token = int(logits[0, -1].argmax())
            if token == model.config.eos_token_id:
                break
            ids.append(token)
        states = model(
            encoder_outputs=encoded,
            decoder_input_ids=torch.tensor([ids]),
            output_hidden_states=True,
        ).decoder_hidden_states
        found = {"head": model.proj_out.weight.numpy().copy()}
        last = len(states) - 1
        for layer in range(1, last + 1):
            # The last one has passed the norm.
            state = states[layer] if layer == last else model.model.decoder.layer_norm(states[layer])
            found[f"hidden.{layer}"] = state[0].numpy().copy()
    save_file(found, options.work / f"heads-{options.model}.safetensors")


def prompt(folder, words):
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    return tokenizer.convert_tokens_to_ids(words)


if __name__ == "__main__":
    main()
