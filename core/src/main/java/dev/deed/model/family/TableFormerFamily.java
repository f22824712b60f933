package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.BoxHead;
import dev.deed.model.front.TableFront;
import dev.deed.model.front.grid.ResNet;
import dev.deed.model.front.grid.ResNetSpec;
import dev.deed.model.front.grid.ResidualStage;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * TableFormer (Nassar et al. 2022, arXiv 2203.01017) as Docling runs it, class {@code
 * TableModel04_rs}: reads what {@link TableFormerFolder} makes of its folder.
 */
final class TableFormerFamily implements ModelFamily {
  static final String TYPE = "TableModel04_rs";

  /** Tags that the corrections are about, in the order of {@code tag_corrections}. */
  static final List<String> CORRECTED = List.of("fcel", "lcel", "ucel", "xcel");

  /** Most values of the picture, and of the first features made of it: 512 MiB. */
  private static final long MOST_VALUES = 1L << 27;

  private static final int MOST_GRID = 64;

  private static final BartStacks.Layout LAYOUT =
      new BartStacks.Layout(
          false, false, true, AttentionSpec.Biases.everywhere(true), true, "relu", false);

  @Override
  public ModelDescription read(Config config) {
    TableFront front = front(config);
    int positions = config.integer("max_position_embeddings", 1, Limits.POSITIONS);
    TransformerSpec.Decoder decoder =
        BartStacks.decoder(config, new PositionSpec.Learned(positions, 0), LAYOUT);
    Config tags = config.object("tags");
    tags.values(List.of()).keySet().forEach(tag -> tags.integer(tag, 0, decoder.vocabulary() - 1));
    List<Integer> corrected = new ArrayList<>();
    for (String tag : CORRECTED) {
      corrected.add(tags.integer(tag, 0, decoder.vocabulary() - 1));
    }
    return new ModelDescription(
        "TableFormer",
        BartStacks.encoder(config, front, new PositionSpec.None(), LAYOUT),
        decoder,
        NameTable.of(names(front), "_tag_transformer._embedding", "_tag_transformer._fc", false),
        SpecialTokens.read(config, decoder.vocabulary(), new SpecialTokens(2, List.of(3), 0)),
        Map.of("tag_corrections", corrected));
  }

  private static TableFront front(Config config) {
    int side = config.integer("image_size", 1, Limits.PIXELS);
    Config network = config.object("resnet");
    int stem = network.integer("stem", 1, Limits.WIDTH);
    if ((long) side * side * Math.max(ResNetSpec.COLOURS, stem) > MOST_VALUES) {
      throw config.wrong("image_size", "is more than DEED has room for");
    }
    List<Integer> planes = network.integers("planes", 1, Limits.WIDTH);
    List<Integer> blocks = network.integers("blocks", 1, Limits.LAYERS);
    List<ResNetSpec.Stage> stages = new ArrayList<>();
    for (int i = 0; i < planes.size(); i++) {
      stages.add(new ResNetSpec.Stage(planes.get(i), blocks.get(i)));
    }
    ResNetSpec resNet = new ResNetSpec(stem, ResidualStage.Kind.BASIC, stages, 1e-5f);
    Config filter = config.object("filter");
    Config boxes = config.object("boxes");
    return new TableFront(
        side,
        resNet,
        config.integer("grid_size", 1, MOST_GRID),
        new ResidualStage.Spec(
            ResidualStage.Kind.BASIC,
            resNet.channels(),
            BartStacks.width(config),
            filter.integer("blocks", 1, Limits.LAYERS),
            1,
            filter.flag("projected", true)),
        new BoxHead.Spec(
            boxes.integer("attention_width", 1, Limits.WIDTH),
            boxes.integer("inner_width", 1, Limits.WIDTH),
            boxes.integer("classes", 1, Limits.WIDTH)));
  }

  private static Map<String, String> names(TableFront front) {
    Map<String, String> names = new HashMap<>();
    String network = "_encoder._resnet.";
    OfaFamily.convolutionNames(
        names, ResNet.stemName(TableFront.RES_NET), network + "0", network + "1");
    for (int stage = 0; stage < front.resNet().stages().size(); stage++) {
      blockNames(
          names, ResNet.stageName(TableFront.RES_NET, stage), network + (4 + stage)); // 2: ReLU
    }
    blockNames(names, TableFront.FILTER, "_tag_transformer._input_filter");
    blockNames(names, BoxHead.FILTER, "_bbox_decoder._input_filter");
    layerNames(names, Names.ENCODER.eachLayer(), "_tag_transformer._encoder.layers.{}.", 2);
    layerNames(names, Names.DECODER.eachLayer(), "_tag_transformer._decoder.layers.{}.", 3);
    names.put(Names.weight(Names.DECODER.positions()), "_tag_transformer._positional_encoding.pe");
    names.put(BoxHead.START, "_bbox_decoder._init_h");
    names.put(BoxHead.SEEN, "_bbox_decoder._attention._encoder_att");
    names.put(BoxHead.STATE, "_bbox_decoder._attention._tag_decoder_att");
    names.put(BoxHead.WHOLE, "_bbox_decoder._attention._language_att");
    names.put(BoxHead.SCORE, "_bbox_decoder._attention._full_att");
    names.put(BoxHead.GATE, "_bbox_decoder._f_beta");
    names.put(BoxHead.CLASSES, "_bbox_decoder._class_embed");
    names.put(Names.eachOf(BoxHead.BOXES), "_bbox_decoder._bbox_embed.layers.{}");
    return names;
  }

  private static void blockNames(Map<String, String> names, String stage, String module) {
    OfaFamily.stageNames(names, Names.eachOf(stage), module + ".{}.", ResidualStage.Kind.BASIC);
  }

  /**
   * @param norms of a layer, the last of which follows the feed-forward network
   */
  private static void layerNames(
      Map<String, String> names, Names.Layer layer, String module, int norms) {
    BartStacks.attention(names, layer.self(), module + "self_attn");
    BartStacks.attention(names, layer.cross(), module + "multihead_attn");
    names.put(layer.self().norm(), module + "norm1");
    names.put(layer.cross().norm(), module + "norm2");
    names.put(layer.feedForward().in(), module + "linear1");
    names.put(layer.feedForward().out(), module + "linear2");
    names.put(layer.feedForward().norm(), module + "norm" + norms);
  }
}
