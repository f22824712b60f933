package dev.deed.model;

import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.WorkerTeam;

/**
 * Patches of a picture through one linear projection, behind a class token (Dosovitskiy et al.
 * 2021, section 3.1).
 *
 * @param classToken [width]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PatchFront(EncoderFront.Patches spec, float[] classToken, Linear projection)
    implements PictureFront {
  static PatchFront read(ParameterSource source, EncoderFront.Patches spec) {
    return new PatchFront(
        spec,
        source.tensor("encoder.class_token").toFloats(),
        Linear.read(source, "encoder.patches", true));
  }

  @Override
  public float[] apply(float[] pixels, WorkerTeam team) {
    PictureUnfold unfold =
        new PictureUnfold(
            spec.channels(),
            spec.height(),
            spec.width(),
            spec.patch(),
            spec.patch(),
            spec.patch(),
            0);
    float[] patches = new float[Math.multiplyExact(unfold.rows(), unfold.columns())];
    unfold.unfold(pixels, 0, patches, 0, team);
    int width = projection.outputs();
    float[] hidden = new float[Math.multiplyExact(spec.positions(), width)];
    System.arraycopy(classToken, 0, hidden, 0, width);
    projection
        .weight()
        .multiply(
            patches,
            0,
            unfold.columns(),
            unfold.rows(),
            projection.bias(),
            hidden,
            width,
            width,
            team);
    return hidden;
  }
}
