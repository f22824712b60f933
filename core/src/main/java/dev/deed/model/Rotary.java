package dev.deed.model;

import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.RotarySpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rotary positions of the queries or keys of one layer; see {@link RotarySpec}. Angles are taken in
 * single precision, as in the reference implementation, and only then their sines. Safe for use
 * from many threads.
 */
public final class Rotary {
  private final RotarySpec spec;
  private final float[] frequencies;
  private volatile Table table;

  /** Cosines and sines, each [positions, pairs]. */
  private record Table(int positions, float[] cosines, float[] sines) {}

  public Rotary(RotarySpec spec) {
    this.spec = spec;
    this.frequencies = new float[spec.width() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float power = (float) StrictMath.pow(spec.base(), 2.0 * i / spec.steps());
      frequencies[i] = (float) (1 / power / spec.factor());
    }
    this.table = table(64);
  }

  /**
   * Turns the heads of one position.
   *
   * @param x heads side by side from {@code at} on
   * @param headWidth values of a head, of which the first ones turn
   */
  public void apply(float[] x, int at, int heads, int headWidth, int position) {
    Table angles = table;
    if (angles.positions <= position) {
      angles = table(Math.max(position + 1, 2 * angles.positions));
      table = angles;
    }
    int pairs = frequencies.length;
    int step = spec.interleaved() ? 2 : 1;
    int apart = spec.interleaved() ? 1 : pairs;
    int row = position * pairs;
    for (int head = at; head < at + heads * headWidth; head += headWidth) {
      for (int i = 0; i < pairs; i++) {
        float cosine = angles.cosines[row + i];
        float sine = angles.sines[row + i];
        float first = x[head + i * step];
        float second = x[head + i * step + apart];
        x[head + i * step] = first * cosine - second * sine;
        x[head + i * step + apart] = second * cosine + first * sine;
      }
    }
  }

  /**
   * The rotary positions of a kind of layer; null for none.
   *
   * @param made those of other layers, which share a table of angles; what is new is added
   */
  static @Nullable Rotary of(LayerKind kind, Map<RotarySpec, Rotary> made) {
    RotarySpec spec = kind.rotary();
    return spec == null ? null : made.computeIfAbsent(spec, Rotary::new);
  }

  private Table table(int positions) {
    int pairs = frequencies.length;
    float[] cosines = new float[Math.multiplyExact(positions, pairs)];
    float[] sines = new float[cosines.length];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < pairs; i++) {
        float angle = position * frequencies[i];
        cosines[position * pairs + i] = (float) StrictMath.cos(angle);
        sines[position * pairs + i] = (float) StrictMath.sin(angle);
      }
    }
    return new Table(positions, cosines, sines);
  }
}
