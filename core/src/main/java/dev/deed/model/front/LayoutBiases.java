package dev.deed.model.front;

import dev.deed.model.front.LayoutInducedFront.Bias;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.AttentionBias;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Biases of attention by the distance of two positions in the sequence, across and down the page,
 * added up (Tang et al. 2022, section 3.1). Immutable.
 */
record LayoutBiases(List<Table> tables, int heads) {
  LayoutBiases {
    tables = List.copyOf(tables);
  }

  /**
   * @param rows row of {@code values} for each distance from −maxDistance to maxDistance
   * @param values [buckets, heads]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Table(Bias spec, int[] rows, float[] values) {
    int at(double from, double to, int heads) {
      int most = spec.buckets().maxDistance();
      int distance = (int) ((float) (to - from) * spec.scale());
      return rows[Math.clamp(distance, -most, most) + most] * heads;
    }
  }

  static LayoutBiases read(ParameterSource source, String name, List<Bias> specs, int heads) {
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      Bias spec = specs.get(i);
      int most = spec.buckets().maxDistance();
      int[] rows = new int[2 * most + 1];
      Arrays.setAll(rows, d -> spec.buckets().bucket(d - most, spec.bidirectional()));
      tables.add(new Table(spec, rows, source.weight(Names.numbered(name, i))));
    }
    return new LayoutBiases(tables, heads);
  }

  static long values(int heads, int positions, int visible) {
    return (long) heads * positions * visible;
  }

  /**
   * The sum of all biases.
   *
   * @param positions rows, each of which sees the first {@code visible} ones
   * @throws InputException when there are more values than an array holds
   */
  AttentionBias of(PageLayout page, int positions, int visible) {
    long size = values(heads, positions, visible);
    InputException.require(
        size <= Integer.MAX_VALUE,
        "input",
        "has %d positions, too many for this model's biases".formatted(positions),
        "shorten the input");
    float[] data = new float[(int) size];
    int headStride = positions * visible;
    for (Table table : tables) {
      double[] places = new double[positions];
      Arrays.setAll(places, position -> page.place(position, table.spec.axis()));
      for (int row = 0; row < positions; row++) {
        for (int seen = 0; seen < visible; seen++) {
          int from = table.at(places[row], places[seen], heads);
          int to = row * visible + seen;
          for (int head = 0; head < heads; head++) {
            data[head * headStride + to] += table.values[from + head];
          }
        }
      }
    }
    return new AttentionBias(data, 0, visible, headStride);
  }
}
