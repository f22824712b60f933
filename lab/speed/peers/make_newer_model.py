#!/usr/bin/env python3
"""Writes a model folder of a newer family's real shape with random weights, by Transformers.

    lab/speed/peers/make_newer_model.py SHAPE OUT [--like FOLDER]

SHAPE: t5gemma2-270m, t5gemma2-1b (text alone, weights in bf16), nougat-base, florence2-base. `--like` copies the
tokenizer of a folder, which the two that read pictures need.
"""

import argparse
import json
import pathlib
import shutil

import torch
import transformers

TOKENIZER = "tokenizer.json", "tokenizer_config.json", "processor_config.json"
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
ENDS = {"decoder_start_token_id": 2, "pad_token_id": 1, "eos_token_id": 2, "bos_token_id": 0}


def t5gemma2(width, layers, inner):
    text = {
        "vocab_size": 262144, "hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers,
        "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "query_pre_attn_scalar": 256,
        "sliding_window": 512, "max_position_embeddings": 32768,
        "layer_types": ["sliding_attention" if layer % 6 else "full_attention" for layer in range(1, layers + 1)],
        "rope_parameters": {
            "full_attention": {"rope_theta": 1e6, "rope_type": "default"},
            "sliding_attention": {"rope_theta": 1e4, "rope_type": "default"}}}
    # Texts alone are read, so the part that sees pictures is as small as may be.
    vision = {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 64,
        "patch_size": 16}
    encoder = {"text_config": text, "vision_config": vision, "mm_tokens_per_image": 4, "image_token_index": 256001}
    config = transformers.T5Gemma2Config(
        encoder=encoder, decoder=dict(text), image_token_index=256001, tie_word_embeddings=True)
    model = transformers.T5Gemma2ForConditionalGeneration(config).to(torch.bfloat16)
    return model, {"decoder_start_token_id": 2, "pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2}, None


def nougat():
    encoder = transformers.DonutSwinConfig(
        image_size=[896, 672], patch_size=4, embed_dim=128, depths=[2, 2, 14, 2], num_heads=[4, 8, 16, 32],
        window_size=7)
    decoder = transformers.MBartConfig(
        vocab_size=50000, d_model=1024, decoder_layers=10, decoder_attention_heads=16, decoder_ffn_dim=4096,
        max_position_embeddings=3584, scale_embedding=True, is_decoder=True, add_cross_attention=True, init_std=0.05,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, tie_word_embeddings=False)
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    config.decoder_start_token_id, config.pad_token_id, config.eos_token_id = 0, 1, 2
    config.tie_word_embeddings = False
    picture = {
        "image_processor_type": "NougatImageProcessor", "do_crop_margin": True, "do_align_long_axis": True,
        "do_thumbnail": True, "do_pad": True, "resample": 2, "size": {"height": 896, "width": 672}}
    return transformers.VisionEncoderDecoderModel(config), {**ENDS, "decoder_start_token_id": 0}, picture


def florence2():
    text = transformers.BartConfig(
        vocab_size=51289, d_model=768, encoder_layers=6, decoder_layers=6, encoder_attention_heads=12,
        decoder_attention_heads=12, encoder_ffn_dim=3072, decoder_ffn_dim=3072, init_std=0.05, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=None)
    # Sizes of the picture part are Transformers' own, which are Florence-2-base's.
    config = transformers.Florence2Config(text_config=text, vision_config={"projection_dim": 768})
    picture = {
        "image_processor_type": "CLIPImageProcessor", "do_center_crop": False, "resample": 3,
        "size": {"height": 768, "width": 768}, "image_seq_length": 577}
    return transformers.Florence2ForConditionalGeneration(config), ENDS, picture


SHAPES = {
    "t5gemma2-270m": lambda: t5gemma2(640, 18, 2048),
    "t5gemma2-1b": lambda: t5gemma2(1152, 26, 6912),
    "nougat-base": nougat,
    "florence2-base": florence2}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--like", type=pathlib.Path)
    options = parser.parse_args()
    torch.manual_seed(1)
    model, ends, picture = SHAPES[options.shape]()
    for name, weight in model.named_parameters():
        if name.endswith("bias") and "relative" not in name:  # drawn as zeros, a lost one would not be seen
            torch.nn.init.normal_(weight, 0, 0.02)
    model.generation_config = transformers.GenerationConfig(**ends)
    model.save_pretrained(options.out)
    if picture:
        settings = {"do_resize": True, "do_rescale": True, "do_normalize": True, "image_mean": MEAN,
                    "image_std": DEVIATION, "rescale_factor": 1 / 255}
        (options.out / "preprocessor_config.json").write_text(json.dumps({**settings, **picture}, indent=1))
    for name in TOKENIZER if options.like else ():
        shutil.copy(options.like / name, options.out)
    if options.shape == "florence2-base" and options.like:
        tokens = json.loads((options.like / "tokenizer.json").read_text())["added_tokens"]
        model.config.image_token_id = next(one["id"] for one in tokens if one["content"] == "<image>")
        model.config.save_pretrained(options.out)
    print(f"{options.out}: {sum(weight.numel() for weight in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
