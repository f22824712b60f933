package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.TransformerSpec;
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
}
