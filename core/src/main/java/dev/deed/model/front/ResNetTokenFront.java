package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.PositionScores;
import dev.deed.model.PositionTable;
import dev.deed.model.RelativeBias;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Token ids behind the patches of a picture, if there is one, which a ResNet makes of it (OFA, Wang
 * et al. 2022, arXiv 2202.03052). Token rows are {@code norm(scale · table[id] + type 0)}, patches
 * {@code norm(scale · projection(features) + type 1)}.
 *
 * @param vocabulary rows of the table
 * @param scale factor of looked-up rows and of projected patches
 * @param padding id of tokens that nothing sees
 * @param positions of the tokens; those of patches go through the same projections
 * @param resNet reads pictures of any size that fits the grid
 * @param grid most rows, and most columns, of patches
 * @param embedding what is added to rows and follows them
 */
public record ResNetTokenFront(
    int vocabulary,
    float scale,
    int padding,
    PositionSpec.Untied positions,
    ResNetSpec resNet,
    int grid,
    RowEmbedding embedding)
    implements EncoderFront {
  /**
   * What is added to rows and follows them.
   *
   * @param types whether the two kinds of rows have vectors of their own
   * @param tokenNorm whether a norm follows the embedding of tokens
   * @param patchNorm whether a norm follows the embedding of patches
   */
  public record RowEmbedding(boolean types, boolean tokenNorm, boolean patchNorm) {}

  public static final String TYPES = "encoder.types";
  public static final String RES_NET = "encoder.resnet";

  /** Projections of the positions of tokens and patches. */
  public static final Names.Positions POSITIONS = new Names.Positions("encoder.position");

  public static final String PATCH_POSITIONS = "encoder.patch_positions";
  public static final String PATCH_POSITION_NORM = "encoder.patch_position_norm";

  /** The tables of distances between patches, one for each layer. */
  public static final String PATCH_BIAS = "encoder.patch_relative_bias";

  @Override
  public Set<Part> reads() {
    return Set.of(Part.TOKENS);
  }

  @Override
  public Set<Part> mayRead() {
    return Set.of(Part.PIXELS);
  }

  @Override
  public int mediaPositions() {
    return grid * grid;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    int width = stack.width();
    if (embedding.types) {
      parameters.table(TYPES, Role.EMBEDDING, 2, width);
    }
    if (embedding.tokenNorm) {
      parameters.norm(Names.ENCODER.embeddingNorm(), stack.norm(), width);
    }
    ResNet.declare(parameters, RES_NET, resNet);
    parameters.linear(PatchProjection.NAME, width, resNet.channels(), true);
    if (embedding.patchNorm) {
      parameters.norm(PatchProjection.NORM, stack.norm(), width);
    }
    UntiedPositions.declare(parameters, positions, grid, stack);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    NormSpec norm = stack.norm();
    return new ResNetTokenWeights(
        this,
        shared.tokens(),
        ResNet.read(source, RES_NET, resNet),
        Linear.read(source, PatchProjection.NAME, true),
        new RowWeights(
            embedding.types ? source.weight(TYPES) : null,
            embedding.tokenNorm ? Norm.read(source, Names.ENCODER.embeddingNorm(), norm) : null,
            embedding.patchNorm ? Norm.read(source, PatchProjection.NORM, norm) : null),
        UntiedPositions.read(source, positions, grid, stack));
  }

  /**
   * @param types vectors of tokens and of patches, [2, width]; null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record RowWeights(
      float @Nullable [] types, @Nullable Norm tokenNorm, @Nullable Norm patchNorm) {}

  private record ResNetTokenWeights(
      ResNetTokenFront spec,
      WeightMatrix table,
      ResNet resNet,
      Linear patches,
      RowWeights rows,
      UntiedPositions positions)
      implements Weights {
    @Override
    public Embedded embed(EncoderInput input, ThreadPool pool) {
      int[] ids = input.tokens(spec.vocabulary());
      if (ids.length > spec.positions().size()) {
        throw new InputException(
            "input_ids",
            "has %d tokens, the model reads 1..%d".formatted(ids.length, spec.positions().size()),
            "shorten the input");
      }
      int visibleTokens = visible(ids);
      FeatureMap picture = input.has(Part.PIXELS) ? resNet.apply(picture(input), pool) : null;
      UntiedPositions.Layout layout =
          picture == null
              ? new UntiedPositions.Layout(0, 0, ids.length)
              : new UntiedPositions.Layout(picture.height(), picture.width(), ids.length);
      int visible = layout.patches() + visibleTokens;
      if (visible == 0) {
        throw new InputException("input_ids", "holds padding alone", "give at least one token");
      }
      float[] hidden = new float[Math.multiplyExact(layout.positions(), table.inputs())];
      if (picture != null) {
        patches.apply(picture.values(), layout.patches(), hidden, pool);
        finish(hidden, 0, layout.patches(), 1, rows.patchNorm);
      }
      embedTokens(ids, visibleTokens, layout.patches(), hidden);
      float[] places = positions.places(layout);
      return new Embedded(
          hidden, layout.positions(), visible, positions.bias(layout, places, pool), places);
    }

    /** The pixels of the input, checked against the grid before anything is computed of them. */
    private FeatureMap picture(EncoderInput input) {
      Values pixels = input.require(Part.PIXELS, ResNetSpec.COLOURS, -1, -1);
      int rows = spec.resNet().grid(pixels.shape().get(1));
      int columns = spec.resNet().grid(pixels.shape().get(2));
      if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > spec.grid()) {
        throw new InputException(
            Part.PIXELS.tensorName(),
            "gives %d×%d patches, the model has places for 1..%d of them each way"
                .formatted(rows, columns, spec.grid()),
            "give a picture of another size");
      }
      return FeatureMap.of(pixels);
    }

    /** How many tokens stand before the padding; nothing sees a row of padding. */
    private int visible(int[] ids) {
      int count = ids.length;
      while (count > 0 && ids[count - 1] == spec.padding()) {
        count--;
      }
      for (int i = 0; i < count; i++) {
        if (ids[i] == spec.padding()) {
          throw new InputException(
              "input_ids",
              "holds the padding id " + spec.padding() + " before other tokens",
              "give padding at the end, or leave it out");
        }
      }
      return count;
    }

    /** Tokens from a row on; those of padding are zeros. */
    private void embedTokens(int[] ids, int visible, int first, float[] hidden) {
      int width = table.inputs();
      for (int i = 0; i < ids.length; i++) {
        table.copyRow(ids[i], hidden, (first + i) * width);
      }
      finish(hidden, first, ids.length, 0, rows.tokenNorm);
      Arrays.fill(hidden, (first + visible) * width, hidden.length, 0f);
    }

    /** Scale, type and norm of rows. */
    private void finish(float[] hidden, int first, int count, int type, @Nullable Norm norm) {
      int width = table.inputs();
      float[] types = rows.types;
      KernelChoice.kernels().scale(hidden, first * width, count * width, spec.scale());
      if (types != null) {
        for (int i = first; i < first + count; i++) {
          KernelChoice.kernels().add(hidden, i * width, types, type * width, width);
        }
      }
      if (norm != null) {
        norm.applyTo(hidden, first * width, count);
      }
    }
  }

  /**
   * Positions of OFA's encoder, which bias attention and are added to nothing: scores of all
   * positions against all, the same in every layer, and in each layer a bias of distances between
   * tokens and one of distances between patches. Immutable.
   *
   * @param tokenPlaces vectors of token positions, [positions, width]
   * @param patchPlaces vectors of places of the grid behind an unused one, [1 + grid², width]
   * @param tokenDistances of each layer
   * @param patchDistances of each layer
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record UntiedPositions(
      int grid,
      float[] tokenPlaces,
      float[] patchPlaces,
      PositionScores scores,
      List<RelativeBias> tokenDistances,
      List<PatchDistances> patchDistances) {
    UntiedPositions {
      tokenDistances = List.copyOf(tokenDistances);
      patchDistances = List.copyOf(patchDistances);
    }

    static void declare(
        ParameterList parameters, PositionSpec.Untied spec, int grid, StackSpec stack) {
      int width = stack.width();
      parameters.positions(Names.ENCODER, spec, stack);
      parameters.linear(ResNetTokenFront.POSITIONS.query(), width, width, true);
      parameters.linear(ResNetTokenFront.POSITIONS.key(), width, width, true);
      // One row for each place of the grid behind an unused one.
      parameters.table(ResNetTokenFront.PATCH_POSITIONS, Role.POSITION, grid * grid + 1, width);
      parameters.norm(ResNetTokenFront.PATCH_POSITION_NORM, stack.norm(), width);
      for (int layer = 0; layer < stack.layers(); layer++) {
        parameters.table(
            Names.numbered(ResNetTokenFront.PATCH_BIAS, layer),
            Role.RELATIVE_BIAS,
            PatchDistances.rows(grid),
            stack.attention().heads());
      }
    }

    static UntiedPositions read(
        ParameterSource source, PositionSpec.Untied spec, int grid, StackSpec stack) {
      int heads = stack.attention().heads();
      List<RelativeBias> tokens = new ArrayList<>();
      List<PatchDistances> patches = new ArrayList<>();
      for (int i = 0; i < stack.layers(); i++) {
        tokens.add(
            RelativeBias.read(
                source, Names.numbered(Names.ENCODER.relativeBias(), i), d -> spec.bucket(-d)));
        patches.add(
            PatchDistances.read(
                source, Names.numbered(ResNetTokenFront.PATCH_BIAS, i), grid, heads));
      }
      return new UntiedPositions(
          grid,
          PositionTable.normed(
              source, Names.ENCODER.positions(), Names.ENCODER.positionNorm(), stack.norm()),
          PositionTable.normed(
              source,
              ResNetTokenFront.PATCH_POSITIONS,
              ResNetTokenFront.PATCH_POSITION_NORM,
              stack.norm()),
          PositionScores.read(source, ResNetTokenFront.POSITIONS, heads, spec.scale()),
          tokens,
          patches);
    }

    /**
     * Patches of a picture, row by row, then tokens.
     *
     * @param height rows of patches, 0 without a picture
     * @param width columns of patches
     */
    record Layout(int height, int width, int tokens) {
      int patches() {
        return height * width;
      }

      int positions() {
        return patches() + tokens;
      }
    }

    /** The vectors of all positions, [positions, width]. */
    float[] places(Layout layout) {
      int width = scores.query().weight().inputs();
      float[] places = new float[Math.multiplyExact(layout.positions(), width)];
      for (int row = 0; row < layout.height; row++) {
        System.arraycopy(
            patchPlaces,
            (1 + row * grid) * width,
            places,
            row * layout.width * width,
            layout.width * width);
      }
      System.arraycopy(tokenPlaces, 0, places, layout.patches() * width, layout.tokens * width);
      return places;
    }

    /**
     * The biases of one input. They share a buffer: that of a layer is good until the next one's.
     */
    EncoderFront.LayerBias bias(Layout layout, float[] places, ThreadPool pool) {
      int positions = layout.positions();
      int square = Math.multiplyExact(positions, positions);
      float[] shared = scores.square(places, positions, pool);
      float[] sum = new float[shared.length];
      return layer -> {
        pool.run(
            scores.heads(),
            head -> {
              int first = head * square;
              System.arraycopy(shared, first, sum, first, square);
              addPatchDistances(layer, layout, head, sum, first);
              addTokenDistances(layer, layout, head, sum, first);
            });
        return new AttentionBias(sum, 0, positions, square);
      };
    }

    private void addPatchDistances(int layer, Layout layout, int head, float[] sum, int first) {
      for (int row = 0; row < layout.height; row++) {
        for (int column = 0; column < layout.width; column++) {
          int at = first + (row * layout.width + column) * layout.positions();
          patchDistances.get(layer).add(head, row, column, layout.height, layout.width, sum, at);
        }
      }
    }

    private void addTokenDistances(int layer, Layout layout, int head, float[] sum, int first) {
      AttentionBias distances = tokenDistances.get(layer).forRows(0, layout.tokens);
      for (int row = 0; row < layout.tokens; row++) {
        int at = first + (layout.patches() + row) * layout.positions() + layout.patches();
        KernelChoice.kernels()
            .add(sum, at, distances.data(), distances.index(row, head), layout.tokens);
      }
    }
  }
}
