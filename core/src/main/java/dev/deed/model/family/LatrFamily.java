package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LaTr (Biten et al. 2021, arXiv 2112.12494): T5 whose encoder may also read boxes and, where
 * {@code vision} describes a ViT, with patches or with a convolutional stem, a picture. No other
 * software has a format for it, so this one is DEED's own (docs/model-folder.md): T5's names, and a
 * {@code ViTModel}'s under {@code vision}.
 */
final class LatrFamily implements ModelFamily {
  /** Rows for coordinates from 0 to 1000. */
  private static final int COORDINATES = 1001;

  @Override
  public ModelDescription read(Config config) {
    boolean tied = config.flag("tie_word_embeddings", true);
    FeedForwardSpec feedForward = T5Stacks.feedForward(config, "relu", Activation.GELU_TANH);
    EncoderFront front =
        new LayoutAwareFront(T5Stacks.vocabulary(config), coordinates(config), vision(config));
    Map<String, String> names = T5Stacks.names(feedForward);
    names.put(LayoutAwareFront.PROJECTION, "vision_projection");
    visionNames(names);
    return new ModelDescription(
        "LaTr",
        T5Stacks.encoder(config, front, T5Stacks.relativeBias(config), feedForward),
        T5Stacks.decoder(config, feedForward, tied, config.flag("scale_decoder_outputs", tied)),
        new NameTable(names, T5Stacks.tables()),
        T5Stacks.tokens(config, T5Stacks.vocabulary(config)),
        Map.of());
  }

  private static TransformerSpec.@Nullable Encoder vision(Config config) {
    if (!config.has("vision")) {
      return null;
    }
    Config vision = config.object("vision");
    return switch (vision.text("model_type")) {
      case VitEncoder.PLAIN_TYPE -> VitEncoder.encoder(vision, VitEncoder.patches(vision, false));
      case VitEncoder.CONVOLUTIONAL_TYPE -> VitEncoder.encoder(vision, VitEncoder.stem(vision));
      default ->
          throw vision.wrong(
              "model_type",
              "must be %s or %s here"
                  .formatted(VitEncoder.PLAIN_TYPE, VitEncoder.CONVOLUTIONAL_TYPE));
    };
  }

  /** Rows of each table; 0 where the model reads no boxes. */
  private static int coordinates(Config config) {
    int rows = config.integer("max_2d_position_embeddings", COORDINATES, 0, Limits.POSITIONS);
    if (rows != 0 && rows < COORDINATES) {
      throw config.wrong(
          "max_2d_position_embeddings",
          "must be " + COORDINATES + " or more, or 0 for a model that reads no boxes");
    }
    return rows;
  }

  /** A ViT's names, moved from {@code encoder} to {@code vision}. */
  private static void visionNames(Map<String, String> names) {
    VitEncoder.names()
        .forEach(
            (canonical, stored) ->
                names.put(
                    LayoutAwareFront.visionName(canonical),
                    "vision" + stored.substring("encoder".length())));
  }
}
