package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.PatchGridFront;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.front.PooledPictureFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * T5Gemma 2 (Zhang et al. 2025, arXiv 2512.14856): two stacks of Gemma 3, one table of tokens, and
 * self-attention that is over the encoder output too, as {@code T5Gemma2ForConditionalGeneration}
 * stores them. SigLIP reads pictures, if there are any.
 */
final class T5Gemma2Family implements ModelFamily {
  private static final String ENCODER = "model.encoder";
  private static final String DECODER = "model.decoder";
  private static final String HEAD = "lm_head.out_proj";
  private static final String PROJECTOR = ENCODER + ".multi_modal_projector.";
  private static final String VISION = "vision_config";

  @Override
  public ModelDescription read(Config config) {
    Config encoderSide = config.object("encoder");
    Config textSide = encoderSide.object("text_config");
    Config decoderSide = config.object("decoder");
    StackSpec encoder =
        stack(textSide, window -> new LayerKind.Window(Math.ceilDiv(window, 2) - 1, window / 2));
    StackSpec decoder = stack(decoderSide, window -> new LayerKind.Window(window - 1, 0));
    if (encoder.width() != decoder.width()) {
      throw decoderSide.wrong("hidden_size", "must be the encoder's, " + encoder.width());
    }
    int vocabulary = textSide.integer("vocab_size", 262_208, 1, Limits.VOCABULARY);
    if (decoderSide.integer("vocab_size", 262_208, 1, Limits.VOCABULARY) != vocabulary) {
      throw decoderSide.wrong("vocab_size", "must be the encoder's, " + vocabulary);
    }
    boolean tied = config.flag("tie_word_embeddings", true);
    float scale = GemmaStacks.embeddingScale(decoderSide);
    int ownVector = encoderSide.integer("eoi_token_index", 256_000, 0, Limits.VOCABULARY);
    PooledPictureFront picture =
        encoderSide.has(VISION) ? picture(encoderSide, encoderSide.object(VISION)) : null;
    int placeholder =
        picture == null ? TransformerSpec.Embedding.NO_TOKEN : placeholder(config, vocabulary);
    float cap = GemmaStacks.cap(decoderSide, "final_logit_softcapping", 0);
    return new ModelDescription(
        "T5Gemma 2",
        new TransformerSpec.Encoder(
            new PictureTextFront(
                new TokenFront(vocabulary, scale), ownVector, placeholder, picture),
            new PositionSpec.None(),
            false,
            encoder,
            !tied),
        new TransformerSpec.Decoder(
            new TransformerSpec.Embedding(vocabulary, scale, ownVector, false),
            new PositionSpec.None(),
            decoder,
            decoder.width(),
            false,
            true,
            new TransformerSpec.Head(tied, 1f, false, cap)),
        names(tied),
        T5GemmaFamily.tokens(config, decoderSide, vocabulary),
        Map.of());
  }

  private static StackSpec stack(Config side, IntFunction<LayerKind.Window> window) {
    int fullEvery = side.integer("sliding_window_pattern", 6, 1, Limits.LAYERS);
    return GemmaStacks.stack(
        side,
        new GemmaStacks.Layout(fullEvery, true, 0, window),
        (type, headWidth) -> rotary(side, type, headWidth));
  }

  /** As Transformers 5 writes rotary positions, or as 4 did. */
  private static RotarySpec rotary(Config side, String type, int headWidth) {
    boolean full = type.equals(GemmaStacks.FULL);
    double base =
        full
            ? GemmaStacks.theta(side, "rope_theta", 1_000_000)
            : GemmaStacks.theta(side, "rope_local_base_freq", 10_000);
    if (side.has("rope_parameters") && side.object("rope_parameters").has(type)) {
      return GemmaStacks.rotary(side.object("rope_parameters").object(type), headWidth, base);
    }
    return full && side.has("rope_scaling")
        ? GemmaStacks.rotary(side.object("rope_scaling"), headWidth, base)
        : new RotarySpec(headWidth, false, base, 1);
  }

  private static PooledPictureFront picture(Config encoder, Config vision) {
    vision.requireText("model_type", SiglipEncoder.TYPE);
    TransformerSpec.Encoder siglip = SiglipEncoder.encoder(vision);
    int grid = ((PatchGridFront) siglip.front()).grid();
    int count = encoder.integer("mm_tokens_per_image", 256, 1, Limits.POSITIONS);
    int squares = (int) Math.sqrt(count);
    if (squares * squares != count || squares > grid || grid / (grid / squares) != squares) {
      throw encoder.wrong(
          "mm_tokens_per_image", "must be a square of %d by %d patches".formatted(grid, grid));
    }
    NormSpec norm = new NormSpec(NormSpec.Kind.RMS, siglip.stack().norm().epsilon(), true);
    return new PooledPictureFront(siglip, norm, squares);
  }

  private static int placeholder(Config config, int vocabulary) {
    int token = config.integer("image_token_index", 256_001, 0, Limits.VOCABULARY);
    config.require(
        token < vocabulary, "image_token_index", "must be below vocab_size, " + vocabulary);
    return token;
  }

  /** Names as they are stored, and those of the library's own modules. */
  private static NameTable names(boolean tied) {
    Map<String, List<String>> order =
        tied
            ? NameTable.tied(
                ENCODER + ".embed_tokens",
                Map.entry(Names.ENCODER.embedding(), ENCODER + ".text_model.embed_tokens"),
                Map.entry(Names.DECODER.embedding(), DECODER + ".embed_tokens"),
                Map.entry(Names.HEAD, HEAD))
            : Map.of();
    Map<String, String> modules =
        names(ENCODER + ".text_model", ENCODER + ".vision_tower.vision_model");
    return new NameTable(names(ENCODER, ENCODER + ".vision_tower"), order, modules);
  }

  private static Map<String, String> names(String text, String tower) {
    Map<String, String> names = new HashMap<>();
    GemmaStacks.names(names, Names.ENCODER, text);
    GemmaStacks.names(names, Names.DECODER, DECODER);
    names.put(Names.HEAD, HEAD);
    SiglipEncoder.names(tower)
        .forEach((name, stored) -> names.put(LayoutAwareFront.visionName(name), stored));
    names.put(PooledPictureFront.NORM, PROJECTOR + "mm_soft_emb_norm");
    names.put(PooledPictureFront.PROJECTION, PROJECTOR + "mm_input_projection_weight");
    return names;
  }

  /**
   * SigLIP's encoder of pictures (Zhai et al. 2023, arXiv 2303.15343), without its pooling head.
   */
  private static final class SiglipEncoder {
    static final String TYPE = "siglip_vision_model";

    private SiglipEncoder() {}

    static TransformerSpec.Encoder encoder(Config config) {
      PatchGridFront front = front(config);
      AttentionSpec attention =
          PictureKeys.attention(config, AttentionSpec.Biases.everywhere(true));
      StackSpec stack =
          PictureKeys.stack(
              config, 1, attention, "intermediate_size", "gelu_pytorch_tanh", 1e-6, true);
      return new TransformerSpec.Encoder(
          front, new PositionSpec.Learned(front.positions(), 0), false, stack);
    }

    private static PatchGridFront front(Config config) {
      int side = config.integer("image_size", 224, 1, Limits.PIXELS);
      int patch = config.integer("patch_size", 16, 1, Limits.PIXELS);
      config.require(patch <= side, "patch_size", "must be at most image_size, " + side);
      PatchGridFront front = new PatchGridFront(PictureKeys.channels(config), side, patch);
      if (front.positions() > Limits.POSITIONS) {
        throw config.wrong("patch_size", "leaves more than " + Limits.POSITIONS + " patches");
      }
      return front;
    }

    /** Names of an encoder that stands alone, stored under a prefix. */
    static Map<String, String> names(String prefix) {
      Map<String, String> names = new HashMap<>();
      names.put(PatchProjection.NAME, prefix + ".embeddings.patch_embedding");
      names.put(Names.ENCODER.positions(), prefix + ".embeddings.position_embedding");
      names.put(Names.ENCODER.norm(), prefix + ".post_layernorm");
      Names.Layer canonical = Names.ENCODER.eachLayer();
      String layer = prefix + ".encoder.layers.{}";
      BartStacks.attention(names, canonical.self(), layer + ".self_attn");
      names.put(canonical.self().norm(), layer + ".layer_norm1");
      names.put(canonical.feedForward().in(), layer + ".mlp.fc1");
      names.put(canonical.feedForward().out(), layer + ".mlp.fc2");
      names.put(canonical.feedForward().norm(), layer + ".layer_norm2");
      return names;
    }
  }
}
