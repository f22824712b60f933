package dev.deed.model.front;

import dev.deed.files.Interruption;
import dev.deed.model.EncoderLayer;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import java.util.List;
import java.util.Set;

/**
 * The picture of a table, columns first, through a ResNet whose features are pooled to a grid, and
 * a residual stage for the tags (TableFormer, Nassar et al. 2022, arXiv 2203.01017). The features
 * go on beside the encoder, for the {@link BoxHead}, whose parameters it declares.
 *
 * @param side of the square picture in pixels
 * @param resNet reads it
 * @param grid rows, and columns, that its features are pooled to
 * @param filter of the features, whose channels are the encoder's width
 * @param boxes finds the cells' boxes
 * @param tags names of the decoder's tokens, in their order; empty for one without
 */
public record TableFront(
    int side,
    ResNetSpec resNet,
    int grid,
    ResidualStage.Spec filter,
    BoxHead.Spec boxes,
    List<String> tags)
    implements EncoderFront {
  public static final String RES_NET = "encoder.resnet";
  public static final String FILTER = "encoder.filter";

  public TableFront {
    tags = List.copyOf(tags);
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.PIXELS);
  }

  @Override
  public int mediaPositions() {
    return grid * grid;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    ResNet.declare(parameters, RES_NET, resNet);
    ResidualStage.declare(parameters, FILTER, filter);
    BoxHead.declare(parameters, this);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    ResNet network = ResNet.read(source, RES_NET, resNet);
    ResidualStage ofTags = ResidualStage.read(source, FILTER, filter, resNet.epsilon());
    return (input, pool) -> {
      FeatureMap pixels = FeatureMap.of(input.require(Part.PIXELS, ResNetSpec.COLOURS, side, side));
      FeatureMap features = network.apply(pixels, pool).pooled(grid);
      Interruption.check(EncoderLayer.HALF_ENCODED);
      float[] hidden = ofTags.apply(features, pool).values();
      int positions = features.positions();
      return new Embedded(hidden, positions, positions, null, features.values());
    };
  }
}
