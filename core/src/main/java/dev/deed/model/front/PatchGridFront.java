package dev.deed.model.front;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import java.util.Set;

/**
 * Square patches of a square picture through one linear projection, with nothing in front of them
 * (SigLIP, Zhai et al. 2023, arXiv 2303.15343).
 *
 * @param side edge of the picture in pixels
 * @param patch edge of a patch in pixels
 */
public record PatchGridFront(int channels, int side, int patch) implements EncoderFront {
  /** Patches on an edge of the picture. */
  public int grid() {
    return side / patch;
  }

  public int positions() {
    return grid() * grid();
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.PIXELS);
  }

  @Override
  public int mediaPositions() {
    return positions();
  }

  /**
   * The numbers of an input's picture.
   *
   * @throws dev.deed.value.InputException when there is none, or it has another shape
   */
  float[] pixels(EncoderInput input) {
    return input.require(Part.PIXELS, channels, side, side).numbers();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    PatchProjection.declare(parameters, stack.width(), channels, patch, patch);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    PatchProjection patches = PatchProjection.read(source, channels, side, side, patch);
    return (input, pool) -> {
      float[] pixels = pixels(input);
      float[] hidden = new float[Math.multiplyExact(positions(), patches.width())];
      patches.apply(pixels, hidden, 0, pool);
      return Embedded.of(hidden, patches.width());
    };
  }
}
