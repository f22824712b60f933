package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.ThreadPool;

/** Square patches of a picture, line by line, through one linear projection. Immutable. */
public record PatchProjection(PictureUnfold unfold, Linear product) {
  public static final String NAME = "encoder.patches";

  public static final String NORM = "encoder.patch_norm";

  /**
   * @param outputs width of a projected patch
   */
  public static void declare(
      ParameterList parameters, int outputs, int channels, int patchHeight, int patchWidth) {
    parameters.convolution(NAME, true, outputs, channels, patchHeight, patchWidth);
  }

  /** Reads the projection for pictures {@code [channels, height, width]}. */
  public static PatchProjection read(
      ParameterSource source, int channels, int height, int width, int patch) {
    return new PatchProjection(
        new PictureUnfold(
            channels,
            new Extent(height, width),
            Extent.square(patch),
            Extent.square(patch),
            Extent.square(0)),
        Linear.read(source, NAME, true));
  }

  public int width() {
    return product.outputs();
  }

  /**
   * @param pixels {@code [channels, height, width]}
   * @param hidden receives {@code [patches, width]} from row {@code first} on
   */
  public void apply(float[] pixels, float[] hidden, int first, ThreadPool pool) {
    float[] patches = new float[Math.multiplyExact(unfold.rows(), unfold.columns())];
    unfold.unfold(pixels, patches, pool);
    product.apply(patches, unfold.rows(), hidden, first, pool);
  }
}
