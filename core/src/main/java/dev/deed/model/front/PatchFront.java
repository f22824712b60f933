package dev.deed.model.front;

import dev.deed.model.front.grid.PatchProjection;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.WorkerTeam;
import java.util.Arrays;

/**
 * Square patches through one linear projection, behind learned tokens: a class token (ViT,
 * Dosovitskiy et al. 2021, arXiv 2010.11929, section 3.1), for DeiT a distillation token too.
 *
 * @param patch edge of a patch in pixels
 * @param distillationToken whether a second learned token follows the class token
 */
public record PatchFront(int channels, int height, int width, int patch, boolean distillationToken)
    implements PictureFront {
  public static final String CLASS_TOKEN = "encoder.class_token";
  public static final String DISTILLATION_TOKEN = "encoder.distillation_token";

  @Override
  public int gridHeight() {
    return height / patch;
  }

  @Override
  public int gridWidth() {
    return width / patch;
  }

  @Override
  public int positions() {
    return gridHeight() * gridWidth() + (distillationToken ? 2 : 1);
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.add(CLASS_TOKEN, Role.LEARNED_TOKEN, 1, 1, stack.width());
    if (distillationToken) {
      parameters.add(DISTILLATION_TOKEN, Role.LEARNED_TOKEN, 1, 1, stack.width());
    }
    PatchProjection.declare(parameters, stack.width(), channels, patch, patch);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    float[] tokens = source.tensor(CLASS_TOKEN).toFloats();
    if (distillationToken) {
      int width = tokens.length;
      tokens = Arrays.copyOf(tokens, 2 * width);
      source.tensor(DISTILLATION_TOKEN).read(0, tokens, width, width);
    }
    return new Packed(this, tokens, PatchProjection.read(source, channels, height, width, patch));
  }

  /**
   * @param learnedTokens [tokens, width]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Packed(PatchFront spec, float[] learnedTokens, PatchProjection patches)
      implements Weights {
    @Override
    public Embedded embed(EncoderInput input, WorkerTeam team) {
      float[] pixels = input.require(Part.PIXELS, spec.channels, spec.height, spec.width).numbers();
      int width = patches.width();
      float[] hidden = new float[Math.multiplyExact(spec.positions(), width)];
      System.arraycopy(learnedTokens, 0, hidden, 0, learnedTokens.length);
      patches.apply(pixels, hidden, learnedTokens.length / width, team);
      return Embedded.of(hidden, width);
    }
  }
}
