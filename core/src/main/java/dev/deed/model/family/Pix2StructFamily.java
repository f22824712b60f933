package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.FlattenedPatchFront;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * Pix2Struct (Lee et al. 2022, arXiv 2210.03347), as {@code Pix2StructForConditionalGeneration}
 * stores it: an encoder of flattened patches and a decoder like T5 v1.1's.
 */
final class Pix2StructFamily implements ModelFamily {
  private static final int WIDTH = 768;

  @Override
  public ModelDescription read(Config config) {
    Config vision = config.object("vision_config");
    Config text = config.object("text_config");
    StackSpec encoder = stack(vision, "num_hidden_layers", "num_attention_heads", "layer_norm_eps");
    StackSpec decoder = stack(text, "num_layers", "num_heads", "layer_norm_epsilon");
    if (encoder.width() != decoder.width()) {
      throw text.wrong("hidden_size", "must be the encoder's, " + encoder.width());
    }
    if (decoder.attention().width() != decoder.width()) {
      throw text.wrong("d_kv", "times num_heads must be hidden_size, " + decoder.width());
    }
    // The outer flag replaces the decoder's own.
    boolean tied = config.flag("tie_word_embeddings", false);
    int vocabulary = text.integer("vocab_size", 50_244, 1, Limits.VOCABULARY);
    EncoderFront front =
        new FlattenedPatchFront(
            vision.integer("patch_embed_hidden_size", WIDTH, 1, Limits.WIDTH),
            vision.integer("seq_len", 4096, 1, Limits.POSITIONS));
    return new ModelDescription(
        "Pix2Struct",
        new TransformerSpec.Encoder(front, new PositionSpec.None(), false, encoder),
        new TransformerSpec.Decoder(
            new TransformerSpec.Embedding(vocabulary, 1f, false),
            T5Stacks.relativeBias(text),
            decoder,
            encoder.width(),
            false,
            new TransformerSpec.Head(tied, 1f, false)),
        NameTable.of(names(), "decoder.embed_tokens", "decoder.lm_head", tied),
        T5Stacks.tokens(text, vocabulary),
        Map.of());
  }

  private static StackSpec stack(Config config, String layers, String heads, String epsilon) {
    return new StackSpec(
        config.integer(layers, 12, 1, Limits.LAYERS),
        config.integer("hidden_size", WIDTH, 1, Limits.WIDTH),
        new AttentionSpec(
            config.integer(heads, 12, 1, Limits.HEADS),
            config.integer("d_kv", 64, 1, Limits.WIDTH),
            1f,
            AttentionSpec.Biases.everywhere(false)),
        new FeedForwardSpec(
            config.integer("d_ff", 2048, 1, Limits.WIDTH),
            Activations.read(config, "dense_act_fn", "gelu_new"),
            true,
            false),
        new NormSpec(NormSpec.Kind.RMS, (float) config.number(epsilon, 1e-6)),
        true,
        true);
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put(PatchProjection.NAME, "encoder.embeddings.patch_projection");
    names.put(FlattenedPatchFront.ROWS, "encoder.embeddings.row_embedder");
    names.put(FlattenedPatchFront.COLUMNS, "encoder.embeddings.column_embedder");
    String encoderLayer = "encoder.encoder.layer.{}";
    Names.Layer encoder = Names.ENCODER.eachLayer();
    names.put(encoder.self().name(), encoderLayer + ".attention");
    names.put(encoder.self().norm(), encoderLayer + ".pre_attention_layer_norm");
    feedForward(names, encoder.feedForward(), encoderLayer + ".mlp");
    names.put(encoder.feedForward().norm(), encoderLayer + ".pre_mlp_layer_norm");
    names.put(Names.ENCODER.norm(), "encoder.layernorm");

    String decoderLayer = "decoder.layer.{}";
    Names.Layer decoder = Names.DECODER.eachLayer();
    names.put(decoder.self().name(), decoderLayer + ".self_attention.attention");
    names.put(decoder.self().norm(), decoderLayer + ".self_attention.layer_norm");
    names.put(decoder.cross().name(), decoderLayer + ".encoder_decoder_attention.attention");
    names.put(decoder.cross().norm(), decoderLayer + ".encoder_decoder_attention.layer_norm");
    feedForward(names, decoder.feedForward(), decoderLayer + ".mlp.DenseReluDense");
    names.put(decoder.feedForward().norm(), decoderLayer + ".mlp.layer_norm");
    names.put(
        Names.DECODER.relativeBias(),
        "decoder.layer.0.self_attention.attention.relative_attention_bias");
    names.put(Names.DECODER.norm(), "decoder.final_layer_norm");
    return names;
  }

  private static void feedForward(
      Map<String, String> names, Names.FeedForward canonical, String module) {
    names.put(canonical.gate(), module + ".wi_0");
    names.put(canonical.in(), module + ".wi_1");
    names.put(canonical.out(), module + ".wo");
  }
}
