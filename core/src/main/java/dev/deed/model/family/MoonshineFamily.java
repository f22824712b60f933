package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.SampleFront;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Moonshine (Jeffries et al. 2024, arXiv 2410.15608), as {@code MoonshineForConditionalGeneration}
 * stores it; it reads the samples of a sound.
 */
final class MoonshineFamily implements ModelFamily {
  private static final NormSpec NORM = new NormSpec(NormSpec.Kind.LAYER_WITHOUT_BIAS, 1e-5f);

  @Override
  public ModelDescription read(Config config) {
    // Zeros behind each head change no score.
    config.integer("pad_head_dim_to_multiple_of", 1, 1, Limits.WIDTH);
    config.integer("max_position_embeddings", 512, 1, Limits.POSITIONS);
    int vocabulary = config.integer("vocab_size", 32_768, 1, Limits.VOCABULARY);
    int width = config.integer("hidden_size", 288, 1, Limits.WIDTH);
    int heads = heads(config);
    if (!config.has("head_dim") && width % heads != 0) {
      throw config.wrong("encoder_num_attention_heads", "must divide hidden_size, " + width);
    }
    int headWidth = config.integer("head_dim", width / heads, 1, Limits.WIDTH);
    boolean bias = config.flag("attention_bias", false);
    AttentionSpec attention =
        new AttentionSpec(
            heads,
            headWidth,
            (float) StrictMath.pow(headWidth, -0.5),
            new AttentionSpec.Biases(bias, bias, bias, false));
    LayerKind kind = new LayerKind(rotary(config, headWidth), null);
    StackSpec encoder = stack(config, "encoder", width, attention, "gelu", false, kind);
    StackSpec decoder = stack(config, "decoder", width, attention, "silu", true, kind);
    boolean tied = config.flag("tie_word_embeddings", true);
    return new ModelDescription(
        "Moonshine",
        new TransformerSpec.Encoder(new SampleFront(), new PositionSpec.None(), false, encoder),
        new TransformerSpec.Decoder(
            new TransformerSpec.Embedding(vocabulary, 1f, false),
            new PositionSpec.None(),
            decoder,
            width,
            false,
            new TransformerSpec.Head(tied, 1f, false)),
        NameTable.of(names(), "model.decoder.embed_tokens", "proj_out", tied),
        SpecialTokens.read(config, vocabulary, new SpecialTokens(1, List.of(2), null)),
        Map.of(BartStacks.START, List.of(1)));
  }

  /** Heads of both sides: the reference implementation computes no others. */
  private static int heads(Config config) {
    int heads = config.integer("encoder_num_attention_heads", 8, 1, Limits.HEADS);
    for (String key :
        List.of(
            "decoder_num_attention_heads",
            "encoder_num_key_value_heads",
            "decoder_num_key_value_heads")) {
      boolean isGiven = config.has(key) || key.equals("decoder_num_attention_heads");
      if (isGiven && config.integer(key, 8, 1, Limits.HEADS) != heads) {
        throw config.wrong(key, "must be encoder_num_attention_heads, " + heads);
      }
    }
    return heads;
  }

  /** As Transformers 5 writes them, or as 4 did. */
  private static RotarySpec rotary(Config config, int headWidth) {
    boolean nested = config.has("rope_parameters");
    Config parameters = nested ? config.object("rope_parameters") : config;
    parameters.requireText("rope_type", "default");
    config.require(nested || !config.has("rope_scaling"), "rope_scaling", "is not supported");
    double share =
        parameters.number("partial_rotary_factor", config.number("partial_rotary_factor", 0.9));
    double theta = GemmaStacks.theta(parameters, "rope_theta", 10_000);
    int steps = (int) (headWidth * share);
    int pairs = Math.ceilDiv(steps, 2);
    if (!(share > 0 && share <= 1 && pairs >= 1 && 2 * pairs <= headWidth)) {
      throw parameters.wrong(
          "partial_rotary_factor", "must turn pairs within a head of " + headWidth);
    }
    return new RotarySpec(2 * pairs, true, theta, 1, steps);
  }

  private static StackSpec stack(
      Config config,
      String side,
      int width,
      AttentionSpec attention,
      String activation,
      boolean gated,
      LayerKind kind) {
    int layers = config.integer(side + "_num_hidden_layers", 6, 1, Limits.LAYERS);
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            config.integer("intermediate_size", 1152, 1, Limits.WIDTH / 2),
            Activations.read(config, side + "_hidden_act", activation),
            gated,
            true,
            false,
            false,
            gated);
    return new StackSpec(layers, width, attention, feedForward, NORM, true, true)
        .with(Collections.nCopies(layers, kind));
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put(SampleFront.FIRST, "model.encoder.conv1");
    names.put(SampleFront.NORM, "model.encoder.groupnorm");
    names.put(SampleFront.SECOND, "model.encoder.conv2");
    names.put(SampleFront.THIRD, "model.encoder.conv3");
    names.put(Names.ENCODER.norm(), "model.encoder.layer_norm");
    names.put(Names.DECODER.norm(), "model.decoder.norm");
    layerNames(names, Names.ENCODER.eachLayer(), "model.encoder.layers.{}");
    layerNames(names, Names.DECODER.eachLayer(), "model.decoder.layers.{}");
    return names;
  }

  private static void layerNames(Map<String, String> names, Names.Layer canonical, String layer) {
    boolean decoder = layer.startsWith("model.decoder");
    GemmaStacks.projections(names, canonical.self(), layer + ".self_attn");
    names.put(canonical.self().norm(), layer + ".input_layernorm");
    GemmaStacks.projections(names, canonical.cross(), layer + ".encoder_attn");
    names.put(canonical.cross().norm(), layer + ".post_attention_layernorm");
    names.put(canonical.feedForward().in(), layer + ".mlp.fc1");
    names.put(canonical.feedForward().out(), layer + ".mlp.fc2");
    names.put(
        canonical.feedForward().norm(),
        layer + (decoder ? ".final_layernorm" : ".post_attention_layernorm"));
  }
}
