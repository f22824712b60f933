"""The tiny models of make_family_fixtures.py: one function a family, which returns a Fixture and is marked with @family."""

import dataclasses

import torch
import transformers as hf

FAMILIES = {}
VOCABULARY = 40


def family(make):
    FAMILIES[make.__name__.replace("_", "-")] = make
    return make


@dataclasses.dataclass
class Fixture:
    """A model before it gets its random weights, and what to ask it.

    inputs: one dictionary of tensors each, without batch dimension.
    encoder, decoder: paths of the lists of layers.
    output: path of the module that gives what cross-attention reads; None for the last hidden state of the encoder.
    settings: generation settings beside those of every family.
    prefix: decoder inputs to compute features of and to generate behind; None for random ones and the start alone.
    cached: whether Transformers generates with its cache, which fails with more decoder than encoder layers in 5.24.
    """

    model: torch.nn.Module
    inputs: list
    encoder: str
    decoder: str
    precision: torch.dtype = torch.float16
    settings: dict = dataclasses.field(default_factory=dict)
    prefix: list | None = None
    cached: bool = False
    output: str | None = None


# Inputs


def tokens(*lengths):
    """Sentences that end like all others; 0 to 2 are special in every family here."""
    return [{"input_ids": torch.cat([torch.randint(3, VOCABULARY, (n - 1,)), torch.tensor([2])])} for n in lengths]


def pictures(*sizes):
    return [{"pixel_values": torch.randn(3, height, width)} for height, width in sizes]


def patches(values, rows, columns, padding):
    """Flattened patches of a grid behind their row and column, then padding."""
    places = torch.tensor([[r + 1, c + 1] for r in range(rows) for c in range(columns)], dtype=torch.float32)
    real = torch.cat([places, torch.randn(rows * columns, values)], dim=1)
    return {
        "flattened_patches": torch.cat([real, torch.zeros(padding, values + 2)]),
        "attention_mask": torch.cat([torch.ones(rows * columns), torch.zeros(padding)]),
    }


# Families of text


def t5(cls, config_class, tied=True, **settings):
    shape = dict(vocab_size=VOCABULARY, d_model=16, d_kv=6, d_ff=24, num_layers=2, num_decoder_layers=3, num_heads=2)
    config = config_class(**{**shape, "decoder_start_token_id": 0, "tie_word_embeddings": tied, **settings})
    # The constructor sets it whatever it is given.
    config.tie_word_embeddings = tied
    model = cls(config)
    # An untied head leaves encoder and decoder their one table.
    model.set_input_embeddings(model.shared)
    return Fixture(model, tokens(5, 11), "encoder.block", "decoder.block")


@family
def t5_v1_0():
    return t5(hf.T5ForConditionalGeneration, hf.T5Config, relative_attention_num_buckets=8, relative_attention_max_distance=20)


@family
def t5_v1_1():
    return t5(hf.T5ForConditionalGeneration, hf.T5Config, tied=False, feed_forward_proj="gated-gelu", num_heads=3)


@family
def t5_tables():
    """Tables of encoder and decoder that differ from the shared one, which is left to the head."""
    fixture = t5(hf.T5ForConditionalGeneration, hf.T5Config)
    for stack in fixture.model.encoder, fixture.model.decoder:
        stack.set_input_embeddings(torch.nn.Embedding(VOCABULARY, 16))
    fixture.model.lm_head.weight = fixture.model.shared.weight
    return fixture


@family
def mt5():
    return t5(hf.MT5ForConditionalGeneration, hf.MT5Config, feed_forward_proj="gated-silu")


# Families of Gemma


def gemma_module(heads, key_value_heads, layers, types, **settings):
    return dict(
        vocab_size=VOCABULARY,
        num_attention_heads=heads,
        num_key_value_heads=key_value_heads,
        num_hidden_layers=layers,
        layer_types=[f"{kind}_attention" for kind in types.split()],
        **settings,
    )


def t5gemma_model(encoder, decoder, tied, **settings):
    config = hf.T5GemmaConfig(
        encoder=gemma_module(**encoder), decoder=gemma_module(**decoder), vocab_size=VOCABULARY, tie_word_embeddings=tied
    )
    model = hf.T5GemmaForConditionalGeneration(config)
    # Without its cache, Transformers hides padding that was generated.
    return Fixture(
        model, tokens(5, 11), "model.encoder.layers", "model.decoder.layers", settings=settings, cached=True
    )


@family
def t5gemma():
    """Sides of different widths, biases, one key/value head, positions divided by a factor, caps, a head of its own."""
    shared = dict(attention_bias=True, query_pre_attn_scalar=10, attn_logit_softcapping=3.0)
    return t5gemma_model(
        dict(
            heads=4,
            key_value_heads=2,
            layers=2,
            types="sliding full",
            hidden_size=12,
            intermediate_size=20,
            head_dim=6,
            sliding_window=2,
            **shared,
        ),
        dict(
            heads=4,
            key_value_heads=1,
            layers=3,
            types="full sliding sliding",
            hidden_size=16,
            intermediate_size=24,
            head_dim=4,
            sliding_window=3,
            rope_parameters={"rope_type": "linear", "factor": 2.5, "rope_theta": 50.0},
            final_logit_softcapping=2.0,
            **shared,
        ),
        False,
    )


@family
def t5gemma_plain():
    """Without caps or groups, a tied head."""
    side = dict(
        heads=2,
        key_value_heads=2,
        hidden_size=16,
        intermediate_size=24,
        head_dim=6,
        sliding_window=4,
        query_pre_attn_scalar=6,
        attn_logit_softcapping=None,
        final_logit_softcapping=None,
    )
    # A tied head likes to repeat its input.
    return t5gemma_model(
        side | dict(layers=2, types="full sliding"),
        side | dict(layers=3, types="sliding full sliding"),
        True,
        no_repeat_ngram_size=1,
    )


@family
def t5gemma2():
    """Text, and text around a picture of 4 x 4 patches that becomes 2 x 2 tokens."""
    side = dict(
        hidden_size=16, intermediate_size=24, head_dim=6, query_pre_attn_scalar=8, final_logit_softcapping=None
    )
    rotary = {
        "full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 500.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 40.0},
    }
    text = gemma_module(
        heads=4, key_value_heads=2, layers=2, types="sliding full", sliding_window=4, rope_parameters=rotary, **side
    )
    decoder = gemma_module(
        heads=4,
        key_value_heads=1,
        layers=3,
        types="sliding full sliding",
        sliding_window=3,
        rope_parameters=rotary,
        **side | dict(final_logit_softcapping=6.0),
    )
    vision = dict(
        model_type="siglip_vision_model",
        hidden_size=12,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=16,
        patch_size=4,
        vision_use_head=False,
    )
    # The texts of this seed hold no 35: without a picture, DEED refuses tokens that keep its places.
    begin, end, image = VOCABULARY - 3, VOCABULARY - 2, VOCABULARY - 5
    encoder = dict(
        text_config=text,
        vision_config=vision,
        mm_tokens_per_image=4,
        boi_token_index=begin,
        eoi_token_index=end,
        image_token_index=image,
    )
    config = hf.T5Gemma2Config(encoder=encoder, decoder=decoder, image_token_index=image, eoi_token_index=end)
    inputs = tokens(5, 11)
    around = torch.tensor([3, begin, image, image, image, image, end, 7, 2])
    inputs.append({"input_ids": around, **pictures((16, 16))[0]})
    return Fixture(
        hf.T5Gemma2ForConditionalGeneration(config),
        inputs,
        "model.encoder.text_model.layers",
        "model.decoder.layers",
        settings=dict(no_repeat_ngram_size=1),
        cached=True,
    )


def bart_settings(**settings):
    return dict(
        vocab_size=VOCABULARY,
        d_model=16,
        encoder_layers=2,
        decoder_layers=3,
        encoder_attention_heads=2,
        decoder_attention_heads=4,
        encoder_ffn_dim=24,
        decoder_ffn_dim=20,
        max_position_embeddings=24,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_eos_token_id=None,
        forced_bos_token_id=None,
    ) | settings


def bart_like(model, precision=torch.float16):
    return Fixture(model, tokens(5, 9), "model.encoder.layers", "model.decoder.layers", precision)


@family
def bart():
    return bart_like(hf.BartForConditionalGeneration(hf.BartConfig(**bart_settings(scale_embedding=True))), torch.bfloat16)


@family
def mbart():
    config = hf.MBartConfig(**bart_settings(tie_word_embeddings=False, activation_function="relu"))
    return bart_like(hf.MBartForConditionalGeneration(config))


@family
def marian():
    config = hf.MarianConfig(
        **bart_settings(
            activation_function="swish",
            share_encoder_decoder_embeddings=False,
            decoder_vocab_size=VOCABULARY - 3,
            scale_embedding=True,
            pad_token_id=VOCABULARY - 4,
            decoder_start_token_id=VOCABULARY - 4,
        )
    )
    return bart_like(hf.MarianMTModel(config))


@family
def m2m100():
    config = hf.M2M100Config(**bart_settings(scale_embedding=True, activation_function="relu"))
    return bart_like(hf.M2M100ForConditionalGeneration(config))


@family
def m2m100_padding():
    """Padding within the input, within the prefix, and emitted, which a trained model never does: it has no position."""
    config = hf.M2M100Config(**bart_settings(decoder_layers=2, scale_embedding=False))
    fixture = bart_like(hf.M2M100ForConditionalGeneration(config))
    for inputs in fixture.inputs:
        inputs["input_ids"][[1, -2]] = 1
        # Without a mask, generate would hide the padding.
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
    fixture.settings = dict(forced_bos_token_id=1, sequence_bias=[[[1], 1.0]], no_repeat_ngram_size=2)
    fixture.prefix = [2, 7, 1, 1, 9, 5]
    fixture.cached = True
    return fixture


@family
def pegasus():
    config = hf.PegasusConfig(**bart_settings(d_model=12, decoder_layers=2, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0))
    # Half precision would round its sines, which it stores.
    return bart_like(hf.PegasusForConditionalGeneration(config), torch.float32)


@family
def whisper():
    config = hf.WhisperConfig(
        **bart_settings(num_mel_bins=5, max_source_positions=7, max_target_positions=20, decoder_start_token_id=3),
        bos_token_id=3,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )
    features = [{"input_features": torch.randn(5, 14)} for _ in range(2)]
    return Fixture(hf.WhisperForConditionalGeneration(config), features, "model.encoder.layers", "model.decoder.layers")


# Families of pictures


def vit_settings(**settings):
    return dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20, patch_size=4) | settings


def vision(encoder, decoder, inputs, layers="encoder.layers", precision=torch.float16):
    config = hf.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    for key in ("decoder_start_token_id", "pad_token_id", "eos_token_id"):
        setattr(config, key, getattr(decoder, key))
    model = hf.VisionEncoderDecoderModel(config)
    for key in ("decoder_start_token_id", "pad_token_id", "eos_token_id"):
        setattr(model.generation_config, key, getattr(decoder, key))
    return Fixture(model, inputs, layers, "decoder.model.decoder.layers", precision)


def decoder(cls, **settings):
    return cls(**bart_settings(is_decoder=True, add_cross_attention=True) | settings)


@family
def vit_trocr():
    """Cross-attention straight from the encoder's width, no query bias, a picture that is not square, and a head that
    config.json ties although the folder holds another one, as TrOCR's first folders may."""
    fixture = vision(
        hf.ViTConfig(**vit_settings(image_size=[8, 12], qkv_bias=False)),
        decoder(hf.TrOCRConfig, cross_attention_hidden_size=12, scale_embedding=True),
        pictures((8, 12), (8, 12)),
    )
    head = fixture.model.decoder.output_projection
    head.weight = torch.nn.Parameter(torch.zeros_like(head.weight))
    return fixture


@family
def vit_bart():
    """A bridge, and pixels left over beside the patches."""
    return vision(
        hf.ViTConfig(**vit_settings(image_size=[10, 15], hidden_act="gelu_new")),
        decoder(hf.BartConfig, tie_word_embeddings=False),
        pictures((10, 15), (10, 15)),
    )


@family
def deit_mbart():
    return vision(
        hf.DeiTConfig(**vit_settings(image_size=8)), decoder(hf.MBartConfig, scale_embedding=True), pictures((8, 8), (8, 8))
    )


@family
def beit_trocr():
    """A table of distances for each layer, a picture that is not square, a final norm."""
    return vision(
        hf.BeitConfig(
            **vit_settings(image_size=[8, 16], use_relative_position_bias=True, use_mean_pooling=False, use_mask_token=True)
        ),
        decoder(hf.TrOCRConfig, layernorm_embedding=False),
        pictures((8, 16), (8, 16)),
    )


@family
def beit_mbart():
    """One table beside those of the layers, positions, no final norm, no layer scale."""
    return vision(
        hf.BeitConfig(
            **vit_settings(
                image_size=12,
                use_relative_position_bias=True,
                use_shared_relative_position_bias=True,
                use_absolute_position_embeddings=True,
                layer_scale_init_value=0.0,
            )
        ),
        decoder(hf.MBartConfig),
        pictures((12, 12), (12, 12)),
        precision=torch.bfloat16,
    )


@family
def donut():
    """Grids that are no whole windows, one of the size of a window, grids of odd sides at merging, pixels beside patches."""
    return vision(
        hf.DonutSwinConfig(
            image_size=[18, 21],
            patch_size=2,
            embed_dim=8,
            depths=[2, 2],
            num_heads=[2, 4],
            window_size=3,
            mlp_ratio=1.5,
            qkv_bias=True,
            drop_path_rate=0.0,
            layer_norm_eps=1e-6,
        ),
        decoder(hf.MBartConfig, decoder_layers=1, decoder_ffn_dim=12, scale_embedding=True),
        pictures((18, 21), (10, 12)),
        "encoder.encoder.layers",
    )


@family
def donut_trocr():
    """Three stages, a patch that is not square, no query bias, a bridge."""
    return vision(
        hf.DonutSwinConfig(
            image_size=[16, 40],
            patch_size=[2, 4],
            embed_dim=4,
            depths=[1, 1, 2],
            num_heads=[1, 2, 2],
            window_size=2,
            mlp_ratio=2.0,
            qkv_bias=False,
            drop_path_rate=0.0,
            hidden_act="relu",
        ),
        decoder(hf.TrOCRConfig, decoder_layers=1, d_model=12),
        pictures((16, 40), (20, 32)),
        "encoder.encoder.layers",
    )


def pix2struct_model(tied, vision_settings=None, **text_settings):
    text = dict(vocab_size=VOCABULARY, hidden_size=16, d_kv=4, d_ff=20, num_layers=3, num_heads=4)
    seeing = dict(hidden_size=16, patch_embed_hidden_size=12, d_ff=24, d_kv=6, num_hidden_layers=2, num_attention_heads=2)
    config = hf.Pix2StructConfig(
        text_config=text | text_settings,
        vision_config=seeing | {"seq_len": 6} | (vision_settings or {}),
        tie_word_embeddings=tied,
    )
    model = hf.Pix2StructForConditionalGeneration(config)
    inputs = [patches(12, 2, 4, 3), patches(12, 3, 3, 0)]
    return Fixture(model, inputs, "encoder.encoder.layer", "decoder.layer")


@family
def pix2struct():
    return pix2struct_model(False)


@family
def pix2struct_tied():
    return pix2struct_model(
        True,
        {"dense_act_fn": "gelu", "layer_norm_eps": 1e-5},
        relative_attention_num_buckets=6,
        relative_attention_max_distance=12,
        dense_act_fn="relu",
    )


# Families whose fronts are their own


def text_settings(**settings):
    shape = dict(vocab_size=VOCABULARY, d_model=16, encoder_layers=2, decoder_layers=3, max_position_embeddings=48)
    heads = dict(encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=20, decoder_ffn_dim=24)
    return shape | heads | settings


@family
def florence2():
    """Two stages, norms on either side of the convolution, windows that do not divide a grid."""
    seeing = dict(
        embed_dim=[6, 8],
        depths=[1, 2],
        num_heads=[2, 4],
        num_groups=[3, 2],
        patch_size=[5, 3],
        patch_stride=[3, 2],
        patch_padding=[2, 1],
        patch_prenorm=[False, True],
        window_size=3,
        mlp_ratio=1.5,
        drop_path_rate=0.0,
        projection_dim=16,
        max_position_embeddings=5,
        max_temporal_embeddings=2,
    )
    config = hf.Florence2Config(
        text_config=hf.BartConfig(**text_settings(tie_word_embeddings=True)).to_dict(),
        vision_config=seeing,
        image_token_id=VOCABULARY - 1,
    )
    inputs = []
    for (height, width), rows, sentence in [((14, 23), 13, tokens(5)), ((9, 9), 5, tokens(8))]:
        ids = torch.cat([torch.full((rows,), VOCABULARY - 1), sentence[0]["input_ids"].clamp(max=VOCABULARY - 2)])
        inputs.append({"input_ids": ids} | pictures((height, width))[0])
    model = hf.Florence2ForConditionalGeneration(config)
    return Fixture(model, inputs, "model.language_model.encoder.layers", "model.language_model.decoder.layers")


@family
def pp_formulanet():
    """A window that does not divide the grid, one layer that sees all of it."""
    seeing = dict(
        hidden_size=12,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=28,
        patch_size=4,
        window_size=3,
        global_attn_indexes=[1],
        mlp_dim=16,
        output_channels=6,
        post_conv_in_channels=6,
        post_conv_mid_channels=8,
        post_conv_out_channels=10,
        decoder_hidden_size=16,
    )
    config = hf.PPFormulaNetConfig(text_config=text_settings(), vision_config=seeing)
    model = hf.PPFormulaNetForConditionalGeneration(config)
    return Fixture(
        model,
        pictures((28, 28)),
        "model.encoder.layers",
        "model.decoder.layers",
        output="model.encoder.multi_modal_projector",
    )


@family
def moonshine():
    """Heads whose rotary part is odd."""
    config = hf.MoonshineConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        intermediate_size=20,
        encoder_num_hidden_layers=2,
        decoder_num_hidden_layers=3,
        encoder_num_attention_heads=2,
        decoder_num_attention_heads=2,
        partial_rotary_factor=0.7,
        pad_head_dim_to_multiple_of=3,
    )
    inputs = [{"input_values": 0.3 * torch.randn(samples)} for samples in (4000, 5500)]
    return Fixture(hf.MoonshineForConditionalGeneration(config), inputs, "model.encoder.layers", "model.decoder.layers")
