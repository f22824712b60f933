package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.PatchFront;
import dev.deed.model.front.PatchMerging;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.front.WindowFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A picture encoder in front of a text decoder, as {@code VisionEncoderDecoderModel} stores it, and
 * DEED's own variant whose ViT begins with convolutions. The latter has a {@code model_type} of its
 * own, so that Transformers refuses it instead of loading half of it.
 */
final class VisionEncoderDecoderFamily implements ModelFamily {
  static final String OWN_TYPE = "deed-vision-encoder-decoder";

  @Override
  public ModelDescription read(Config config) {
    Config encoderConfig = config.object("encoder");
    Config decoderConfig = config.object("decoder");
    TransformerSpec.Encoder encoder = encoder(config, encoderConfig);
    String type = encoderConfig.text("model_type");
    String decoderType = decoderConfig.text("model_type");
    int encoderWidth = encoder.stack().width();
    TransformerSpec.Decoder decoder =
        switch (decoderType) {
          case "trocr" -> trocr(decoderConfig, encoderWidth);
          case "mbart" -> bart(decoderConfig, encoderWidth, true);
          case "bart" -> bart(decoderConfig, encoderWidth, false);
          default -> throw decoderConfig.wrong("model_type", "must be trocr, mbart or bart");
        };
    Map<String, String> names =
        switch (type) {
          case BeitEncoder.TYPE -> BeitEncoder.names();
          case SwinEncoder.TYPE -> SwinEncoder.names();
          default -> VitEncoder.names();
        };
    names.put(Names.BRIDGE, "enc_to_dec_proj");
    String head = decoderType.equals("trocr") ? "decoder.output_projection" : "decoder.lm_head";
    String table = "decoder.model.decoder.embed_tokens";
    BartStacks.names(names, Names.DECODER, "decoder.model.decoder");
    SpecialTokens own =
        SpecialTokens.read(
            decoderConfig,
            decoder.vocabulary(),
            BartFamily.tokens(decoderConfig, decoderType.equals("mbart"))); // TrOCR's are BART's
    return new ModelDescription(
        type + " + " + decoderType,
        new TransformerSpec(encoder, decoder, null),
        NameTable.of(names, table, head, decoder.head().tied()),
        // The outer configuration goes before the decoder's, token by token.
        SpecialTokens.read(config, decoder.vocabulary(), own),
        decoderType.equals("trocr")
            ? Map.of(BartStacks.START, List.of(BartFamily.END))
            : BartFamily.settings(decoderType.equals("mbart")),
        new ModelDescription.Inputs(type.equals(SwinEncoder.TYPE), null, false));
  }

  private static TransformerSpec.Encoder encoder(Config config, Config encoder) {
    String type = encoder.text("model_type");
    if (config.text("model_type").equals(OWN_TYPE)) {
      encoder.requireText("model_type", VitEncoder.CONVOLUTIONAL_TYPE);
      return VitEncoder.encoder(encoder, VitEncoder.stem(encoder));
    }
    return switch (type) {
      case VitEncoder.PLAIN_TYPE, VitEncoder.DISTILLED_TYPE ->
          VitEncoder.encoder(
              encoder, VitEncoder.patches(encoder, type.equals(VitEncoder.DISTILLED_TYPE)));
      case BeitEncoder.TYPE -> BeitEncoder.encoder(encoder);
      case SwinEncoder.TYPE -> SwinEncoder.encoder(encoder);
      default -> throw encoder.wrong("model_type", "must be vit, deit, beit or donut-swin");
    };
  }

  /** TrOCR's cross-attention projects straight from the encoder's width. */
  private static TransformerSpec.Decoder trocr(Config config, int encoderWidth) {
    int width = config.integer("d_model", 1, Limits.WIDTH);
    boolean direct = config.has("cross_attention_hidden_size");
    int crossWidth =
        direct ? config.integer("cross_attention_hidden_size", 1, Limits.WIDTH) : width;
    if (direct && crossWidth != encoderWidth) {
      throw config.wrong("cross_attention_hidden_size", "must be the encoder's, " + encoderWidth);
    }
    return BartStacks.decoder(
        config,
        BartStacks.vocabulary(config),
        config.flag("use_learned_position_embeddings", true)
            ? BartStacks.positions(config)
            : BartStacks.sinesBehindPadding(config),
        new BartStacks.Layout(false, config.flag("layernorm_embedding", true), false),
        crossWidth,
        crossWidth != encoderWidth);
  }

  private static TransformerSpec.Decoder bart(
      Config config, int encoderWidth, boolean multilingual) {
    int width = config.integer("d_model", 1024, 1, Limits.WIDTH);
    config.require(
        !config.has("cross_attention_hidden_size") || encoderWidth == width,
        "cross_attention_hidden_size",
        "has no meaning for this decoder: its d_model must be the encoder's width, "
            + encoderWidth);
    return BartStacks.decoder(
        config,
        BartStacks.vocabulary(config),
        BartStacks.positions(config),
        new BartStacks.Layout(multilingual, true, false),
        width,
        width != encoderWidth);
  }

  /**
   * BEiT (Bao et al. 2021, arXiv 2106.08254): a ViT whose keys have no bias, with layer scale and
   * biases for the distances between patches.
   */
  private static final class BeitEncoder {
    static final String TYPE = "beit";

    private BeitEncoder() {}

    static TransformerSpec.Encoder encoder(Config config) {
      PatchFront patches = VitEncoder.patches(config, false);
      boolean layerBiases = config.flag("use_relative_position_bias", false);
      boolean sharedBias = config.flag("use_shared_relative_position_bias", false);
      boolean positions = config.flag("use_absolute_position_embeddings", false);
      if (positions && patches.height() != patches.width()) {
        throw config.wrong(
            "use_absolute_position_embeddings", "is supported with square pictures only");
      }
      StackSpec plain = VitEncoder.stack(config, new AttentionSpec.Biases(true, false, true, true));
      if ((double) patches.positions() * patches.positions() * plain.attention().heads()
          > Integer.MAX_VALUE) {
        throw config.wrong("image_size", "has more patches than DEED holds biases for");
      }
      StackSpec stack =
          new StackSpec(
              plain.layers(),
              plain.width(),
              plain.attention(),
              plain.feedForward(),
              plain.norm(),
              true,
              !config.flag("use_mean_pooling", true),
              config.number("layer_scale_init_value", 0.1) > 0,
              List.of());
      return new TransformerSpec.Encoder(
          patches.withBiases(layerBiases, sharedBias),
          positions ? new PositionSpec.Learned(patches.positions(), 0) : new PositionSpec.None(),
          false,
          stack);
    }

    static Map<String, String> names() {
      Map<String, String> names = new HashMap<>(VitEncoder.names());
      String table = "relative_position_bias.relative_position_bias_table";
      names.put(PatchFront.SHARED_BIAS, "encoder.encoder." + table);
      Names.Layer canonical = Names.ENCODER.eachLayer();
      String layer = "encoder.encoder.layer.{}";
      names.put(canonical.patchBias(), layer + ".attention.attention." + table);
      names.put(canonical.self().scale(), layer + ".lambda_1");
      names.put(canonical.feedForward().scale(), layer + ".lambda_2");
      return names;
    }
  }

  /**
   * The Swin transformer of Donut (Kim et al. 2022, arXiv 2111.15664), without a norm at its end.
   * {@code image_size} is not read: it reads pictures of any size.
   */
  private static final class SwinEncoder {
    static final String TYPE = "donut-swin";

    /** Most values of a layer's expanded bias, heads · window⁴: 64 MiB. */
    private static final long BIAS_VALUES = 1 << 24;

    private SwinEncoder() {}

    static TransformerSpec.Encoder encoder(Config config) {
      // The reference implementation fails with them: its table has a row too many.
      config.requireFlag("use_absolute_embeddings", false);
      List<Integer> patch = PictureKeys.pair(config, "patch_size", 4);
      int width = config.integer("embed_dim", 96, 1, Limits.WIDTH);
      int window = config.integer("window_size", 7, 1, Limits.PIXELS);
      List<Integer> depths =
          PictureKeys.list(config, "depths", List.of(2, 2, 6, 2), 1, Limits.LAYERS);
      List<Integer> heads =
          PictureKeys.list(config, "num_heads", List.of(3, 6, 12, 24), 1, Limits.HEADS);
      if (heads.size() != depths.size()) {
        throw config.wrong("num_heads", "must have one entry for each of depths, " + depths);
      }
      NormSpec norm =
          new NormSpec(NormSpec.Kind.LAYER, (float) config.number("layer_norm_eps", 1e-5));
      List<WindowFront.Stage> stages = new ArrayList<>();
      int stageWidth = width;
      for (int i = 0; i < depths.size(); i++) {
        boolean last = i == depths.size() - 1;
        config.require(
            stageWidth <= Limits.WIDTH, "embed_dim", "doubles to more than " + Limits.WIDTH);
        if (heads.get(i) * Math.pow(window, 4) > BIAS_VALUES) {
          throw config.wrong(
              "window_size", "is more than DEED holds for " + heads.get(i) + " heads");
        }
        StackSpec stack =
            PictureKeys.stage(config, stageWidth, depths.get(i), heads.get(i), "hidden_act", norm);
        stages.add(new WindowFront.Stage(stack, !last));
        stageWidth *= last ? 1 : 2;
      }
      WindowFront front =
          new WindowFront(
              PictureKeys.channels(config),
              patch.getFirst(),
              patch.getLast(),
              width,
              window,
              stages);
      return new TransformerSpec.Encoder(
          front, new PositionSpec.None(), false, stages.getLast().stack().empty());
    }

    static Map<String, String> names() {
      Map<String, String> names = new HashMap<>();
      names.put(PatchProjection.NAME, "encoder.embeddings.patch_embeddings.projection");
      names.put(PatchProjection.NORM, "encoder.embeddings.norm");
      Names.Stack stage = Names.eachStage();
      Names.Layer canonical = stage.eachLayer();
      String layer = "encoder.encoder.layers.{}.blocks.{}";
      VitEncoder.layerNames(names, canonical, layer, "self");
      names.put(canonical.patchBias(), layer + ".attention.self.relative_position_bias_table");
      String merging = "encoder.encoder.layers.{}.downsample";
      names.put(PatchMerging.norm(stage), merging + ".norm");
      names.put(PatchMerging.projection(stage), merging + ".reduction");
      return names;
    }
  }
}
