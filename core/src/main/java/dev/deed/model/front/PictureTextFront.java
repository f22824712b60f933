package dev.deed.model.front;

import dev.deed.model.EncoderStack;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.model.spec.TransformerSpec.Embedding;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import dev.deed.value.InputException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of a text, some of which stand for a picture: a picture's own encoder makes a grid of
 * vectors, of which squares are averaged, normed and projected to the width of the text, and take
 * the places of those tokens line by line (Gemma 3, arXiv 2503.19786, section 2.1). One more token
 * has a vector of its own beside the table. The picture may be missing.
 *
 * @param vocabulary rows of the token table
 * @param scale factor of a looked-up row; vectors of their own have none
 * @param ownVector token that has a vector of its own
 * @param picture null when the model reads text alone
 */
public record PictureTextFront(
    int vocabulary, float scale, int ownVector, @Nullable PicturePart picture)
    implements PictureAmongTokens {
  /** The norm of averaged vectors. */
  public static final String NORM = "encoder.vision_norm";

  /** Tensor of the projection of averaged vectors, [picture's width, text's width]. */
  public static final String PROJECTION = "encoder.vision_projection";

  /**
   * What becomes of a picture.
   *
   * @param encoder of the picture, whose front is a {@link PatchGridFront}
   * @param norm of averaged vectors
   * @param squares on an edge of the picture
   * @param token that stands for one square
   */
  public record PicturePart(
      TransformerSpec.Encoder encoder, NormSpec norm, int squares, int token) {
    /** Vectors that the text gets of a picture. */
    public int count() {
      return squares * squares;
    }

    int grid() {
      return ((PatchGridFront) encoder.front()).grid();
    }
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.TOKENS);
  }

  @Override
  public Set<Part> mayRead() {
    return picture == null ? Set.of() : Set.of(Part.PIXELS);
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.add(Names.ENCODER.ownVector(), Role.LEARNED_TOKEN, stack.width());
    declarePicture(parameters, stack);
  }

  @Override
  public void declarePicture(ParameterList parameters, StackSpec stack) {
    if (picture != null) {
      int width = picture.encoder.stack().width();
      parameters.addRenamed(ParameterTable.of(picture.encoder), LayoutAwareFront::visionName);
      parameters.norm(NORM, picture.norm, width);
      parameters.add(PROJECTION, Role.TRANSPOSED, width, stack.width());
    }
  }

  @Override
  public int placeholder() {
    return picture == null ? Embedding.NO_TOKEN : picture.token;
  }

  @Override
  public Weights readPicture(ParameterSource source, StackSpec stack, Shared shared) {
    if (picture == null) {
      throw new IllegalStateException("a model that reads text alone");
    }
    Tower tower = Tower.read(picture, source, shared);
    return (input, team) -> Embedded.of(tower.vectors(input, team), stack.width());
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    float[] own = source.tensor(Names.ENCODER.ownVector()).toFloats();
    return new Packed(
        this, shared.tokens(), own, picture == null ? null : Tower.read(picture, source, shared));
  }

  /** A picture's encoder with what follows it. */
  private record Tower(PicturePart spec, EncoderStack encoder, Norm norm, Linear projection) {
    static Tower read(PicturePart spec, ParameterSource source, Shared shared) {
      float[] stored = source.tensor(PROJECTION).toFloats();
      int inputs = spec.encoder.stack().width();
      int outputs = stored.length / inputs;
      WeightMatrix projection =
          source.pack(
              (first, count, target) -> {
                for (int i = 0; i < count * inputs; i++) {
                  target[i] = stored[i % inputs * outputs + first + i / inputs];
                }
              },
              outputs,
              inputs);
      return new Tower(
          spec,
          new EncoderStack(spec.encoder, new NestedParameters(source), shared),
          Norm.read(source, NORM, spec.norm),
          new Linear(projection, null));
    }

    /** The vectors that the text gets, [squares, width of the text]. */
    float[] vectors(EncoderInput input, WorkerTeam team) {
      float[] grid = encoder.run(input, team).hidden();
      int width = norm.weight().length;
      float[] averaged = average(grid, width);
      norm.apply(averaged, spec.count(), averaged);
      float[] vectors = new float[Math.multiplyExact(spec.count(), projection.outputs())];
      projection.apply(averaged, spec.count(), vectors, team);
      return vectors;
    }

    private float[] average(float[] grid, int width) {
      int side = spec.grid();
      int edge = side / spec.squares;
      float[] averaged = new float[Math.multiplyExact(spec.count(), width)];
      for (int row = 0; row < edge * spec.squares; row++) {
        for (int column = 0; column < edge * spec.squares; column++) {
          int square = row / edge * spec.squares + column / edge;
          int from = (row * side + column) * width;
          KernelChoice.kernels().add(averaged, square * width, grid, from, width);
        }
      }
      KernelChoice.kernels().scale(averaged, 0, averaged.length, 1f / (edge * edge));
      return averaged;
    }
  }

  /**
   * @param own the vector of {@link #ownVector}
   * @param tower null when the model reads text alone
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Packed(
      PictureTextFront spec, WeightMatrix tokens, float[] own, @Nullable Tower tower)
      implements Weights {
    @Override
    public Embedded embed(EncoderInput input, WorkerTeam team) {
      int[] ids = input.tokens(spec.vocabulary);
      float[] vectors =
          tower != null && input.has(Part.PIXELS) ? tower.vectors(input, team) : new float[0];
      int width = tokens.inputs();
      float[] hidden = new float[Math.multiplyExact(ids.length, width)];
      int used = 0;
      for (int i = 0; i < ids.length; i++) {
        if (vectors.length > 0 && tower != null && ids[i] == tower.spec.token) {
          int from = Math.min(used, vectors.length - width);
          System.arraycopy(vectors, from, hidden, i * width, width);
          used += width;
        } else if (ids[i] == spec.ownVector) {
          System.arraycopy(own, 0, hidden, i * width, width);
        } else {
          tokens.copyRow(ids[i], hidden, i * width);
          KernelChoice.kernels().scale(hidden, i * width, width, spec.scale);
        }
      }
      if (used != vectors.length) {
        throw new InputException(
            "input_ids",
            "hold %d tokens of the picture".formatted(used / width),
            "give %d".formatted(vectors.length / width));
      }
      return Embedded.of(hidden, width);
    }
  }
}
