package dev.deed.model.front;

import dev.deed.model.front.grid.PatchProjection;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.WorkerTeam;
import java.util.Arrays;

/**
 * Patches of a picture through one linear projection, behind learned tokens: a class token
 * (Dosovitskiy et al. 2021, section 3.1), for DeiT a distillation token too.
 *
 * @param learnedTokens [tokens, width]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PatchFront(EncoderFront.Patches spec, float[] learnedTokens, PatchProjection patches)
    implements Front {
  static PatchFront read(ParameterSource source, EncoderFront.Patches spec) {
    float[] tokens = source.tensor("encoder.class_token").toFloats();
    if (spec.distillationToken()) {
      int width = tokens.length;
      tokens = Arrays.copyOf(tokens, 2 * width);
      source.tensor("encoder.distillation_token").read(0, tokens, width, width);
    }
    return new PatchFront(
        spec,
        tokens,
        PatchProjection.read(
            source, "encoder.patches", spec.channels(), spec.height(), spec.width(), spec.patch()));
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    float[] pixels =
        input.require(Part.PIXELS, spec.channels(), spec.height(), spec.width()).numbers();
    int width = patches.width();
    float[] hidden = new float[Math.multiplyExact(spec.positions(), width)];
    System.arraycopy(learnedTokens, 0, hidden, 0, learnedTokens.length);
    patches.apply(pixels, hidden, learnedTokens.length / width, team);
    return Embedded.of(hidden, width);
  }
}
