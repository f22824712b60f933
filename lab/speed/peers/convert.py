"""Makes of a model folder what the other engines read, once, in the checkout's .deed/peers-models. A process of its own,
so that what it takes is not counted as an engine's.

    lab/speed/peers/convert.py MODEL NAME     # onnx, onnx-int8, ov-fp32, ov-int8, ct2-fp32, ct2-int8

The ONNX graphs: `encoder.onnx` turns the input into keys and values of the cross-attention, `step.onnx` one token, keys
and values into logits and the longer keys and values. shape.json says how many layers and heads there are.
"""

import json
import pathlib
import shutil
import sys
import tempfile

from peers import picture_size, place, settings


def load(folder):
    import torch
    import transformers

    torch.set_grad_enabled(False)
    config = transformers.AutoConfig.from_pretrained(folder)
    kind = getattr(transformers, config.architectures[0])
    return kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()


def projections(model):
    """Key and value projections of the cross-attention by layer, number of heads, and their width."""
    decoder = model.get_decoder()
    decoder = getattr(decoder, "decoder", decoder)  # Florence-2 says its language model
    if hasattr(decoder, "block"):
        attentions = [block.layer[1].EncDecAttention for block in decoder.block]
        return [(one.k, one.v) for one in attentions], attentions[0].n_heads, attentions[0].key_value_proj_dim
    stack = decoder.layers if hasattr(decoder, "layers") else decoder.model.decoder.layers
    attentions = [layer.encoder_attn for layer in stack]
    return [(one.k_proj, one.v_proj) for one in attentions], attentions[0].num_heads, attentions[0].head_dim


def onnx(folder, out):
    import torch
    from transformers import DynamicCache, EncoderDecoderCache
    from transformers.modeling_outputs import BaseModelOutput

    model = load(folder)
    pairs, heads, width = projections(model)
    layers, hidden = len(pairs), pairs[0][0].in_features

    def cached(flat):
        cache = DynamicCache()
        for layer in range(layers):
            cache.update(flat[2 * layer], flat[2 * layer + 1], layer)
        return cache

    florence = model.config.model_type == "florence2"
    prompt = torch.tensor([[10, 11]])

    def read(source):
        if not florence:
            return {model.get_encoder().main_input_name: source}
        words = model.get_input_embeddings()(prompt).expand(source.shape[0], -1, -1)
        return {"inputs_embeds": torch.cat([model.get_image_features(source).pooler_output, words], 1)}

    class Encode(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model, self.encoder = model, model.get_encoder()
            self.parts = torch.nn.ModuleList(part for pair in pairs for part in pair)

        def forward(self, source):
            states = self.encoder(**read(source))[0]
            return [part(states).unflatten(-1, (heads, width)).transpose(1, 2) for part in self.parts]

    class Step(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, token, past, cross):
            cache = EncoderDecoderCache(cached(past), cached(cross))
            seen = cross[0].new_zeros(cross[0].shape[0], cross[0].shape[2], hidden)
            found = self.model(
                encoder_outputs=BaseModelOutput(seen), decoder_input_ids=token, past_key_values=cache, use_cache=True)
            own = cache.self_attention_cache.layers
            return [found.logits, *(part for layer in own for part in (layer.keys, layer.values))]

    names = [f"{part}{layer}" for layer in range(layers) for part in ("key", "value")]
    dynamic = torch.export.Dim.DYNAMIC
    picture = picture_size(settings(folder))
    source = torch.zeros(2, 3, *picture) if picture else torch.full((2, 11), 7)
    torch.onnx.export(
        Encode(), (source,), str(out / "encoder.onnx"), input_names=["source"],
        output_names=[f"cross.{name}" for name in names], dynamo=True, external_data=True,
        dynamic_shapes=({0: dynamic} if picture else {0: dynamic, 1: dynamic},))
    past = [torch.zeros(2, heads, 5, width) for _ in names]
    cross = [torch.zeros(2, heads, 11, width) for _ in names]
    grows = [{0: dynamic, 2: dynamic} for _ in names]
    torch.onnx.export(
        Step(), (torch.full((2, 1), 7), past, cross), str(out / "step.onnx"),
        input_names=["token", *(f"past.{name}" for name in names), *(f"cross.{name}" for name in names)],
        output_names=["logits", *(f"now.{name}" for name in names)], dynamo=True, external_data=True,
        dynamic_shapes=({0: dynamic}, grows, grows))
    (out / "shape.json").write_text(json.dumps({"names": names, "heads": heads, "width": width}))


def onnx_int8(folder, out):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    source = derived(folder, "onnx")
    for graph in "encoder", "step":
        quantize_dynamic(
            source / f"{graph}.onnx", out / f"{graph}.onnx", weight_type=QuantType.QInt8, per_channel=True,
            use_external_data_format=True)
    shutil.copy(source / "shape.json", out)


def openvino(folder, out, compressed=False):
    import openvino

    source = derived(folder, "onnx")
    for graph in "encoder", "step":
        model = openvino.Core().read_model(source / f"{graph}.onnx")
        if compressed:
            import nncf

            model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
        openvino.save_model(model, out / f"{graph}.xml", compress_to_fp16=False)
    shutil.copy(source / "shape.json", out)


def ctranslate2(folder, out, quantization=None):
    from ctranslate2.converters import TransformersConverter
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    config = settings(folder)
    with tempfile.TemporaryDirectory() as temporary:
        # The converter wants words: one for each token.
        words = pathlib.Path(temporary)
        for file in folder.iterdir():
            if file.is_file():
                (words / file.name).symlink_to(file.resolve())
        for name in "tokenizer.json", "tokenizer_config.json":
            (words / name).unlink(missing_ok=True)
        tokens = Tokenizer(models.WordLevel({f"w{i}": i for i in range(config["vocab_size"])}, unk_token="w3"))
        PreTrainedTokenizerFast(
            tokenizer_object=tokens, unk_token="w3", pad_token=f"w{config['pad_token_id']}",
            eos_token=f"w{config['eos_token_id']}", bos_token=f"w{config.get('bos_token_id', 0)}").save_pretrained(words)
        TransformersConverter(str(words)).convert(str(out), quantization=quantization, force=True)


MAKERS = {
    "onnx": onnx, "onnx-int8": onnx_int8, "ov-fp32": openvino,
    "ov-int8": lambda folder, out: openvino(folder, out, True), "ct2-fp32": ctranslate2,
    "ct2-int8": lambda folder, out: ctranslate2(folder, out, "int8")}


def derived(folder, name):
    """The folder of what a maker makes; made where it is not there whole."""
    out = place(folder, name)
    done = out / "done"
    if not done.exists():
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        MAKERS[name](folder, out)
        done.touch()
    return out


if __name__ == "__main__":
    derived(pathlib.Path(sys.argv[1]), sys.argv[2])
