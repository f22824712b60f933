package dev.deed.train.torch;

import dev.deed.model.Rotary;
import dev.deed.model.spec.RotarySpec;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Cosines and sines, {@code [positions, half]}, that turn the halves of a head, with gradients. */
record TorchRotary(Tensor cosines, Tensor sines) {
  /** The angles of positions 0, 1, …, as the engine takes them. */
  static TorchRotary of(RotarySpec spec, int positions, TorchDevice device) {
    if (spec.interleaved()) {
      throw new IllegalArgumentException("neighbours that turn are not trained");
    }
    int half = spec.width() / 2;
    Rotary rotary = new Rotary(spec);
    float[] cosines = new float[positions * half];
    float[] sines = new float[positions * half];
    float[] head = new float[spec.width()];
    for (int position = 0; position < positions; position++) {
      // (1, 0) turned by an angle is its cosine and sine.
      Arrays.fill(head, 0, half, 1);
      Arrays.fill(head, half, spec.width(), 0);
      rotary.apply(head, 0, 1, spec.width(), position);
      System.arraycopy(head, 0, cosines, position * half, half);
      System.arraycopy(head, half, sines, position * half, half);
    }
    return new TorchRotary(
        device.floats(cosines, positions, half), device.floats(sines, positions, half));
  }

  /** Turns {@code [rows, heads, positions, 2 · half]}. */
  Tensor turn(Tensor heads) {
    long half = cosines.size(1);
    Tensor first = heads.narrow(3, 0, half);
    Tensor second = heads.narrow(3, half, half);
    return torch.cat(
        new TensorVector(
            first.mul(cosines).sub(second.mul(sines)), second.mul(cosines).add(first.mul(sines))),
        3);
  }
}
