package dev.deed.model.front;

import dev.deed.model.EncoderStack;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;

/**
 * A picture's own encoder makes a grid of vectors, of which squares are averaged, normed and
 * projected to the width of a text, line by line (Gemma 3, arXiv 2503.19786, section 2.1).
 *
 * @param encoder of the picture, whose front is a {@link PatchGridFront}
 * @param norm of averaged vectors
 * @param squares on an edge of the picture
 */
public record PooledPictureFront(TransformerSpec.Encoder encoder, NormSpec norm, int squares)
    implements PicturePlaces {
  /** The norm of averaged vectors. */
  public static final String NORM = "encoder.vision_norm";

  /** Tensor of the projection of averaged vectors, [picture's width, text's width]. */
  public static final String PROJECTION = "encoder.vision_projection";

  private PatchGridFront patches() {
    return (PatchGridFront) encoder.front();
  }

  @Override
  public int layers() {
    return encoder.layers();
  }

  @Override
  public int mediaPositions() {
    return squares * squares;
  }

  @Override
  public int rows(EncoderInput input) {
    patches().pixels(input);
    return mediaPositions();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    int width = encoder.stack().width();
    parameters.addRenamed(ParameterTable.of(encoder), LayoutAwareFront::visionName);
    parameters.norm(NORM, norm, width);
    parameters.add(PROJECTION, Role.TRANSPOSED, width, stack.width());
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    float[] stored = source.tensor(PROJECTION).toFloats();
    int inputs = encoder.stack().width();
    int outputs = stack.width();
    WeightMatrix projection =
        source.pack(
            (first, count, target) -> {
              for (int i = 0; i < count * inputs; i++) {
                target[i] = stored[i % inputs * outputs + first + i / inputs];
              }
            },
            outputs,
            inputs);
    EncoderStack tower = new EncoderStack(encoder, new NestedParameters(source), shared);
    Norm weights = Norm.read(source, NORM, norm);
    Linear product = new Linear(projection, null);
    return (input, pool) -> {
      int count = mediaPositions();
      float[] averaged = average(tower.run(input, pool).hidden(), inputs);
      weights.apply(averaged, count, averaged);
      return Embedded.of(product.apply(averaged, count, pool), outputs);
    };
  }

  private float[] average(float[] grid, int width) {
    int side = patches().grid();
    int edge = side / squares;
    float[] averaged = new float[Math.multiplyExact(mediaPositions(), width)];
    for (int row = 0; row < edge * squares; row++) {
      for (int column = 0; column < edge * squares; column++) {
        int square = row / edge * squares + column / edge;
        int from = (row * side + column) * width;
        KernelChoice.kernels().add(averaged, square * width, grid, from, width);
      }
    }
    KernelChoice.kernels().scale(averaged, 0, averaged.length, 1f / (edge * edge));
    return averaged;
  }
}
