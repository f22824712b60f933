package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.ConvolutionShape;
import dev.deed.model.front.DualAttentionFront;
import dev.deed.model.front.DualAttentionStage;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.PictureUnfold.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Florence-2 (Xiao et al. 2023, arXiv 2311.06242), as {@code Florence2ForConditionalGeneration} of
 * Transformers stores it: the rows that DaViT makes of a picture stand in front of a text for BART.
 */
final class Florence2Family implements ModelFamily {
  private static final int USUAL_PLACEHOLDER = 51_289;

  @Override
  public ModelDescription read(Config config) {
    Config text = config.object("text_config");
    text.requireText("model_type", "bart");
    config.flag("tie_word_embeddings", true); // Whether tables are one, their tensors tell.
    BartStacks.Layout layout = new BartStacks.Layout(false, true, false);
    PositionSpec positions = BartStacks.positions(text);
    PictureTextFront front =
        new PictureTextFront(
            BartStacks.tokens(text, layout),
            TransformerSpec.Embedding.NO_TOKEN,
            config.integer("image_token_id", USUAL_PLACEHOLDER, 0, BartStacks.vocabulary(text) - 1),
            DavitEncoder.front(config.object("vision_config"), BartStacks.width(text)));
    TransformerSpec.Decoder decoder = BartStacks.decoder(text, positions, layout);
    SpecialTokens inner =
        SpecialTokens.read(text, decoder.vocabulary(), BartFamily.tokens(text, false));
    return new ModelDescription(
        "Florence-2",
        new TransformerSpec(BartStacks.encoder(text, front, positions, layout), decoder, null),
        BartStacks.names(text, "model.language_model", DavitEncoder.names()),
        SpecialTokens.read(config, decoder.vocabulary(), inner),
        BartFamily.settings(false),
        new ModelDescription.Inputs(false, null, true));
  }

  /** The DaViT of Florence-2 (Ding et al. 2022, arXiv 2204.03645), with its projection. */
  private static final class DavitEncoder {
    private static final NormSpec NORM = new NormSpec(NormSpec.Kind.LAYER, 1e-5f);

    private static final int KERNEL = 31;

    /** Most values of a window's queries, keys and values: 256 MiB. */
    private static final long WINDOW_VALUES = 1 << 26;

    private DavitEncoder() {}

    /**
     * The front of a {@code vision_config}.
     *
     * @param textWidth width of the text's encoder
     */
    static DualAttentionFront front(Config config, int textWidth) {
      if (config.integer("projection_dim", 1024, 1, Limits.WIDTH) != textWidth) {
        throw config.wrong("projection_dim", "must be the text's d_model, " + textWidth);
      }
      // Of the table of sines in time a picture reads the first row.
      config.integer("max_temporal_embeddings", 100, 1, Limits.POSITIONS);
      List<Integer> widths =
          PictureKeys.list(config, "embed_dim", List.of(128, 256, 512, 1024), 1, Limits.WIDTH);
      int count = widths.size();
      List<Integer> depths =
          PictureKeys.list(config, "depths", List.of(1, 1, 9, 1), 0, Limits.LAYERS);
      List<Integer> heads =
          PictureKeys.list(config, "num_heads", List.of(4, 8, 16, 32), 1, Limits.HEADS);
      List<Integer> groups =
          PictureKeys.list(config, "num_groups", List.of(4, 8, 16, 32), 1, Limits.WIDTH);
      List<Integer> kernels =
          PictureKeys.list(config, "patch_size", List.of(7, 3, 3, 3), 1, KERNEL);
      List<Integer> strides =
          PictureKeys.list(config, "patch_stride", List.of(4, 2, 2, 2), 1, KERNEL);
      List<Integer> paddings =
          PictureKeys.list(config, "patch_padding", List.of(3, 1, 1, 1), 0, KERNEL);
      List<Boolean> flags = config.flags("patch_prenorm");
      List<Boolean> normFirst = flags.isEmpty() ? List.of(false, true, true, true) : flags;
      Map.of(
              "depths", depths.size(),
              "num_heads", heads.size(),
              "num_groups", groups.size(),
              "patch_size", kernels.size(),
              "patch_stride", strides.size(),
              "patch_padding", paddings.size(),
              "patch_prenorm", normFirst.size())
          .forEach(
              (key, size) ->
                  config.require(
                      size == count, key, "must have one entry for each of embed_dim, " + widths));
      List<DualAttentionStage.Spec> stages = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int width = widths.get(i);
        config.require(
            width % groups.get(i) == 0, "num_groups", "must divide embed_dim, " + widths);
        ConvolutionShape embedding =
            new ConvolutionShape(
                width,
                Extent.square(kernels.get(i)),
                Extent.square(strides.get(i)),
                Extent.square(paddings.get(i)));
        stages.add(
            new DualAttentionStage.Spec(
                PictureKeys.stage(
                    config, width, depths.get(i), heads.get(i), "activation_function", NORM),
                groups.get(i),
                embedding,
                normFirst.get(i),
                window(config, width)));
      }
      config.require(widths.getLast() % 2 == 0, "embed_dim", "must end with an even number");
      return new DualAttentionFront(
          config.integer("in_channels", 3, 1, 16),
          stages,
          config.integer("max_position_embeddings", 50, 1, Limits.PIXELS));
    }

    private static int window(Config config, int width) {
      int window = config.integer("window_size", 12, 1, Limits.PIXELS);
      if (3L * window * window * width > WINDOW_VALUES) {
        throw config.wrong("window_size", "is more than DEED holds for a width of " + width);
      }
      return window;
    }

    static Map<String, String> names() {
      Map<String, String> names = new HashMap<>();
      Names.Stack stage = Names.eachStage();
      names.put(stage.embedding(), "model.vision_tower.convs.{}.conv");
      names.put(stage.embeddingNorm(), "model.vision_tower.convs.{}.norm");
      Names.Layer block = stage.eachLayer();
      String blocks = "model.vision_tower.blocks.{}.{}.";
      half(names, DualAttentionStage.windows(block), blocks + "spatial_block", "window_attn");
      half(names, DualAttentionStage.channels(block), blocks + "channel_block", "channel_attn");
      String projector = "model.multi_modal_projector.";
      names.put(DualAttentionFront.COLUMNS, projector + "image_position_embed.column_embeddings");
      names.put(DualAttentionFront.ROWS, projector + "image_position_embed.row_embeddings");
      names.put(DualAttentionFront.PROJECTION, projector + "image_projection");
      names.put(DualAttentionFront.PROJECTION_NORM, projector + "image_proj_norm");
      return names;
    }

    private static void half(
        Map<String, String> names, Names.Layer half, String block, String attention) {
      names.put(DualAttentionStage.position(half.self().name()), block + ".conv1");
      names.put(half.self().norm(), block + ".norm1");
      names.put(half.self().fused(), block + "." + attention + ".qkv");
      names.put(half.self().output(), block + "." + attention + ".proj");
      names.put(DualAttentionStage.position(half.feedForward().name()), block + ".conv2");
      names.put(half.feedForward().in(), block + ".ffn.fc1");
      names.put(half.feedForward().out(), block + ".ffn.fc2");
      names.put(half.feedForward().norm(), block + ".norm2");
    }
  }
}
