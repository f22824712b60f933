package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.GridTransformerFront;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.front.PlaceBias;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PP-FormulaNet (Liu et al. 2025, arXiv 2503.18382), as {@code
 * PPFormulaNetForConditionalGeneration} stores it: SAM's vision transformer before a decoder like
 * mBART's.
 */
final class FormulaNetFamily implements ModelFamily {
  /** Most values of the queries, keys and values of a window, or of the grid: 256 MiB. */
  private static final long WINDOW_VALUES = 1 << 26;

  @Override
  public ModelDescription read(Config config) {
    Config text = config.object("text_config");
    int width = BartStacks.width(text);
    TransformerSpec.Decoder decoder =
        BartStacks.decoder(
            text, BartStacks.positions(text), new BartStacks.Layout(true, true, false));
    GridTransformerFront front = front(config.object("vision_config"), width);
    Map<String, String> names = names();
    BartStacks.names(names, Names.DECODER, "model.decoder");
    return new ModelDescription(
        "PP-FormulaNet",
        new TransformerSpec.Encoder(front, new PositionSpec.None(), false, decoder.stack().empty()),
        decoder,
        NameTable.of(names, "model.decoder.embed_tokens", "lm_head", decoder.head().tied()),
        SpecialTokens.read(text, decoder.vocabulary(), BartFamily.tokens(text, false)),
        BartFamily.settings(false));
  }

  private static GridTransformerFront front(Config config, int textWidth) {
    if (config.integer("decoder_hidden_size", 512, 1, Limits.WIDTH) != textWidth) {
      throw config.wrong("decoder_hidden_size", "must be the text's d_model, " + textWidth);
    }
    int side = config.integer("image_size", 512, 1, Limits.PIXELS);
    List<Integer> patch = PictureKeys.pair(config, "patch_size", 16);
    if (!patch.getFirst().equals(patch.getLast()) || patch.getFirst() > side) {
      throw config.wrong("patch_size", "must be a square within image_size, " + side);
    }
    int grid = side / patch.getFirst();
    AttentionSpec attention = PictureKeys.attention(config, PictureKeys.biases(config));
    StackSpec stack = PictureKeys.stack(config, 0, attention, "mlp_dim", "gelu", 1e-6, false);
    int window = config.integer("window_size", 14, 0, Limits.PIXELS);
    List<Integer> global =
        config.has("global_attn_indexes")
            ? config.integers("global_attn_indexes", 0, Limits.LAYERS)
            : List.of(2, 5, 8, 11);
    List<Integer> windows = new ArrayList<>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      windows.add(window == 0 || global.contains(layer) ? grid : window);
    }
    if (3L * Math.max((long) grid * grid, (long) window * window) * stack.width() > WINDOW_VALUES) {
      throw config.wrong(
          window > grid ? "window_size" : "image_size", "is more than DEED has room for");
    }
    int neck = config.integer("output_channels", 256, 1, Limits.WIDTH);
    if (config.integer("post_conv_in_channels", 256, 1, Limits.WIDTH) != neck) {
      throw config.wrong("post_conv_in_channels", "must be output_channels, " + neck);
    }
    return new GridTransformerFront(
        new GridTransformerFront.Patches(PictureKeys.channels(config), side, patch.getFirst()),
        stack,
        windows,
        config.flag("use_abs_pos", true),
        config.flag("use_rel_pos", true),
        new GridTransformerFront.Channels(
            neck,
            config.integer("post_conv_mid_channels", 512, 1, Limits.WIDTH),
            config.integer("post_conv_out_channels", 1024, 1, Limits.WIDTH)));
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    String encoder = "model.encoder.";
    names.put(PatchProjection.NAME, encoder + "patch_embed.projection");
    names.put(GridTransformerFront.POSITIONS, encoder + "pos_embed");
    Names.Layer layer = GridTransformerFront.GRID.eachLayer();
    String stored = encoder + "layers.{}";
    names.put(layer.self().norm(), stored + ".layer_norm1");
    names.put(layer.self().fused(), stored + ".attn.qkv");
    names.put(layer.self().output(), stored + ".attn.proj");
    names.put(PlaceBias.down(layer.self()), stored + ".attn.rel_pos_h");
    names.put(PlaceBias.across(layer.self()), stored + ".attn.rel_pos_w");
    names.put(layer.feedForward().in(), stored + ".mlp.lin1");
    names.put(layer.feedForward().out(), stored + ".mlp.lin2");
    names.put(layer.feedForward().norm(), stored + ".layer_norm2");
    names.put(GridTransformerFront.NECK_IN, encoder + "neck.conv1");
    names.put(GridTransformerFront.NECK_IN_NORM, encoder + "neck.layer_norm1");
    names.put(GridTransformerFront.NECK_OUT, encoder + "neck.conv2");
    names.put(GridTransformerFront.NECK_OUT_NORM, encoder + "neck.layer_norm2");
    String projector = encoder + "multi_modal_projector.";
    names.put(GridTransformerFront.SHRINKING_IN, projector + "conv1");
    names.put(GridTransformerFront.SHRINKING_OUT, projector + "conv2");
    names.put(GridTransformerFront.PROJECTION_IN, projector + "linear_1");
    names.put(GridTransformerFront.PROJECTION_OUT, projector + "linear_2");
    return names;
  }
}
