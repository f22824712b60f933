package dev.deed.model.front;

import dev.deed.model.PositionScores;
import dev.deed.model.PositionTable;
import dev.deed.model.RelativeBias;
import dev.deed.model.front.grid.PatchDistances;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.ArrayList;
import java.util.List;

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
record UntiedPositions(
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
          PatchDistances.read(source, Names.numbered(ResNetTokenFront.PATCH_BIAS, i), grid, heads));
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

  /** The biases of one input. They share a buffer: that of a layer is good until the next one's. */
  EncoderFront.LayerBias bias(Layout layout, float[] places, WorkerTeam team) {
    int positions = layout.positions();
    int square = Math.multiplyExact(positions, positions);
    float[] shared = scores.square(places, positions, team);
    float[] sum = new float[shared.length];
    return layer -> {
      team.run(
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
