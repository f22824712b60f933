package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.LayoutInducedFront;
import dev.deed.model.front.LayoutInducedFront.Axis;
import dev.deed.model.front.LayoutInducedFront.Bias;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * UDOP (Tang et al. 2022, arXiv 2212.02623), as {@code UdopForConditionalGeneration} stores it.
 *
 * <p>Of the tables that its decoder holds, {@code decoder.relative_bias} and {@code
 * decoder.embed_patches} are never read: it takes T5's bias of its first layer and sees no picture.
 */
final class UdopFamily implements ModelFamily {
  private static final List<Bias> USUAL =
      List.of(
          usual(Axis.SEQUENCE, 128, 1),
          usual(Axis.HORIZONTAL, 100, 100),
          usual(Axis.VERTICAL, 100, 100));

  @Override
  public ModelDescription read(Config config) {
    // Transformers takes it for true whatever the file says.
    config.flag("tie_word_embeddings", true);
    FeedForwardSpec feedForward = T5Stacks.feedForward(config, "relu", Activation.GELU);
    TransformerSpec.Encoder encoder =
        T5Stacks.encoder(config, front(config), new PositionSpec.None(), feedForward);
    TransformerSpec.Decoder decoder = T5Stacks.decoder(config, feedForward, true, true);
    Map<String, String> names = T5Stacks.names(feedForward);
    names.put(LayoutInducedFront.CELLS_ACROSS, "encoder.cell_2d_embedding.x_position_embeddings");
    names.put(LayoutInducedFront.CELLS_DOWN, "encoder.cell_2d_embedding.y_position_embeddings");
    names.put(PatchProjection.NAME, "encoder.embed_patches.proj");
    String biases = ".relative_bias.biases.{}.relative_attention_bias";
    names.put(Names.eachOf(LayoutInducedFront.BIASES), "encoder" + biases);
    String first = biases.replace("{}", "0");
    Map<String, List<String>> order = new HashMap<>(T5Stacks.tables());
    order.put(PatchProjection.NAME, List.of("encoder.embed_patches.proj", "patch_embed.proj"));
    order.put(
        Names.numbered(LayoutInducedFront.BIASES, 0),
        List.of("encoder" + first, T5Stacks.biasTable("encoder"), "decoder" + first));
    return new ModelDescription(
        "UDOP",
        encoder,
        decoder,
        new NameTable(names, order),
        T5Stacks.tokens(config, T5Stacks.vocabulary(config)),
        Map.of());
  }

  private static EncoderFront front(Config config) {
    int size = config.integer("image_size", 224, 1, Limits.PIXELS);
    int patch = config.integer("patch_size", 16, 1, Limits.PIXELS);
    int grid = size / patch;
    if (grid < 1 || grid * grid > Limits.POSITIONS) {
      throw config.wrong("patch_size", "does not suit image_size, " + size);
    }
    return new LayoutInducedFront(
        T5Stacks.vocabulary(config),
        config.integer("max_2d_position_embeddings", 1024, 1, Limits.POSITIONS),
        config.integer("num_channels", 3, 1, 16),
        size,
        patch,
        biases(config));
  }

  private static List<Bias> biases(Config config) {
    if (!config.has("relative_bias_args")) {
      return USUAL;
    }
    int heads = config.integer("num_heads", 1, Limits.HEADS);
    List<Bias> biases = new ArrayList<>();
    for (Config arguments : config.objects("relative_bias_args")) {
      biases.add(bias(arguments, heads));
    }
    return biases;
  }

  private static Bias bias(Config arguments, int heads) {
    Bias usual =
        switch (arguments.text("type")) {
          case "1d" -> USUAL.get(0);
          case "horizontal" -> USUAL.get(1);
          case "vertical" -> USUAL.get(2);
          default -> throw arguments.wrong("type", "must be 1d, horizontal or vertical");
        };
    if (arguments.integer("num_heads", heads, 1, Limits.HEADS) != heads) {
      throw arguments.wrong("num_heads", "must be the model's, " + heads);
    }
    // Bears on how distances are drawn in training alone; "level" and "expand" on nothing here.
    arguments.flag("augmentation", false);
    arguments.flag("expand", false);
    arguments.text("level", "tokens");
    arguments.requireFlag("prefix_bucket", false);
    boolean bidirectional = arguments.flag("bidirectional", true);
    int buckets = arguments.integer("relative_attention_num_buckets", 32, 4, 1 << 16);
    int distance =
        arguments.integer("max_distance", usual.buckets().maxDistance(), 2, Limits.POSITIONS);
    if (distance <= buckets / (bidirectional ? 4 : 2)) {
      throw arguments.wrong("max_distance", "is too small for " + buckets + " buckets");
    }
    double scale = arguments.number("scaling_factor", usual.scale());
    if (usual.axis() == Axis.SEQUENCE ? scale != 1 : !(scale > 1)) {
      throw arguments.wrong(
          "scaling_factor", "must be 1 along the sequence and above 1 on the page");
    }
    if (!arguments.ignoredKeys().isEmpty()) {
      throw arguments.wrong(arguments.ignoredKeys().getFirst(), "is no setting of such a bias");
    }
    return new Bias(
        usual.axis(),
        new PositionSpec.RelativeBias(buckets, distance),
        bidirectional,
        (float) scale);
  }

  private static Bias usual(Axis axis, int maxDistance, float scale) {
    return new Bias(axis, new PositionSpec.RelativeBias(32, maxDistance), true, scale);
  }
}
