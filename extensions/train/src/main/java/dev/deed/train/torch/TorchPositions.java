package dev.deed.train.torch;

import dev.deed.model.Rotary;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

record TorchPositions(TorchParameters parameters, Names.Stack names) {
  /** Far below any score, yet finite: a row that is all padding stays a number. */
  private static final float MASKED = -1e9f;

  /**
   * Adds vectors of positions 0, 1, … to {@code [rows, length, width]}; ids are null for a picture.
   */
  Tensor add(Tensor hidden, PositionSpec positions, long @Nullable [][] ids) {
    int length = Math.toIntExact(hidden.size(1));
    int width = Math.toIntExact(hidden.size(2));
    return switch (positions) {
      case PositionSpec.Learned learned -> hidden.add(learned(learned, length));
      case PositionSpec.Sinusoidal sines -> {
        float[] vectors =
            ids == null
                ? Arrays.copyOf(sines.table(width), length * width)
                : sines(sines, ids, width);
        int rows = ids == null ? 1 : ids.length;
        yield hidden.add(parameters.device().floats(vectors, rows, length, width));
      }
      case PositionSpec.None _, PositionSpec.RelativeBias _ -> hidden;
      case PositionSpec.Untied untied ->
          throw new IllegalArgumentException("untied positions are not trained");
    };
  }

  /** Of every token but padding, which is not counted either, [rows, length, width]. */
  private static float[] sines(PositionSpec.Sinusoidal sines, long[][] ids, int width) {
    float[] table = sines.table(width);
    int length = ids[0].length;
    float[] vectors = new float[ids.length * length * width];
    for (int row = 0; row < ids.length; row++) {
      int position = 0;
      for (int i = 0; i < length; i++) {
        if (ids[row][i] != sines.padding()) {
          int at = (row * length + i) * width;
          System.arraycopy(table, position * width, vectors, at, width);
          position++;
        }
      }
    }
    return vectors;
  }

  private Tensor learned(PositionSpec.Learned learned, int length) {
    long[] places = new long[length];
    Arrays.setAll(places, place -> place + learned.offset());
    Tensor table = parameters.get(Names.weight(names.positions()));
    // Pictures store theirs as [1, positions, width].
    Tensor rows = table.view(-1, table.size(table.ndimension() - 1));
    return torch.embedding(rows, parameters.device().integers(places, length));
  }

  /** {@code [1, heads, length, length]}; null when the side has no relative bias. */
  @Nullable Tensor relativeBias(PositionSpec positions, int length) {
    if (!(positions instanceof PositionSpec.RelativeBias relative)) {
      return null;
    }
    boolean bidirectional = names.equals(Names.ENCODER);
    long[] buckets = new long[length * length];
    Arrays.setAll(buckets, i -> relative.bucket(i % length - i / length, bidirectional));
    Tensor table = parameters.get(Names.weight(names.relativeBias()));
    return torch
        .embedding(table, parameters.device().integers(buckets, length, length))
        .permute(2, 0, 1)
        .unsqueeze(0);
  }

  /** {@code [1, 1, length, length]}: no position sees one farther before or behind it. */
  Tensor windowBias(int before, int after, int length) {
    float[] bias = new float[length * length];
    for (int query = 0; query < length; query++) {
      int first = Math.max(0, query - before);
      int end = Math.min(length, query + after + 1);
      Arrays.fill(bias, query * length, query * length + first, MASKED);
      Arrays.fill(bias, query * length + end, (query + 1) * length, MASKED);
    }
    return parameters.device().floats(bias, 1, 1, length, length);
  }

  /** What each layer of a stack makes of positions 0, 1, …, with a bias of all layers or none. */
  List<TorchAttention.View> views(StackSpec stack, int length, @Nullable Tensor bias) {
    Map<LayerKind, TorchAttention.View> views = new HashMap<>();
    return IntStream.range(0, stack.layers())
        .mapToObj(
            layer -> views.computeIfAbsent(stack.kind(layer), kind -> view(kind, length, bias)))
        .toList();
  }

  private TorchAttention.View view(LayerKind kind, int length, @Nullable Tensor bias) {
    RotarySpec rotary = kind.rotary();
    LayerKind.Window window = kind.window();
    return new TorchAttention.View(
        window == null ? bias : sum(windowBias(window.before(), window.after(), length), bias),
        rotary == null ? null : TorchRotary.of(rotary, length, parameters.device()));
  }

  private static Tensor sum(Tensor one, @Nullable Tensor other) {
    return other == null ? one : other.add(one);
  }

  /** {@code [rows, 1, 1, length]}: nothing sees padding. */
  Tensor paddingBias(boolean[][] mask) {
    int length = mask[0].length;
    float[] bias = new float[mask.length * length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = mask[i / length][i % length] ? 0f : MASKED;
    }
    return parameters.device().floats(bias, mask.length, 1, 1, length);
  }

  /**
   * Cosines and sines, {@code [positions, half]}, that turn the halves of a head, with gradients.
   */
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
}
