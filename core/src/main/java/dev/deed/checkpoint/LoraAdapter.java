package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter: pairs of factors for weights, and whole tensors that take the place of the
 * base's. What is merged can be read until {@link #close()}.
 */
public final class LoraAdapter implements AutoCloseable {
  private static final String PREFIX = "base_model.model.";
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";
  private static final String WEIGHT = ".weight";

  /** Far above what adapters have; each rank costs time for every weight. */
  private static final int MOST_RANK = 4096;

  private static final int LONGEST_NAME = 1000;

  private final LoraConfig config;
  private final SafetensorsFile file;

  /** Factors and whole tensors by the name of what they change, without PEFT's prefix. */
  private final Map<String, Tensor> downs = new TreeMap<>();

  private final Map<String, Tensor> ups = new TreeMap<>();
  private final Map<String, Tensor> whole = new TreeMap<>();

  private LoraAdapter(LoraConfig config, SafetensorsFile file) {
    this.config = config;
    this.file = file;
  }

  /**
   * Opens the folder of an adapter.
   *
   * @throws InputException when a file is missing or damaged, or the adapter is of a kind that is
   *     not read
   */
  public static LoraAdapter open(Path folder) {
    LoraConfig config = LoraConfig.read(folder);
    Path weights = folder.resolve(AdapterFiles.WEIGHTS);
    InputException.require(
        Files.exists(weights),
        folder.toString(),
        "lacks " + AdapterFiles.WEIGHTS,
        "save the adapter with PEFT's save_pretrained; adapter_model.bin is not read");
    LoraAdapter adapter = new LoraAdapter(config, SafetensorsFile.open(weights));
    try {
      adapter.file.tensors().values().forEach(adapter::sort);
      adapter.requirePairs();
      return adapter;
    } catch (RuntimeException e) {
      adapter.close();
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }

  private void sort(Tensor tensor) {
    String key = tensor.name();
    require(
        key.startsWith(PREFIX) && key.length() <= LONGEST_NAME,
        tensor,
        "has a name that does not begin with " + PREFIX + ", or is too long");
    require(tensor.type().isFloat(), tensor, "holds " + tensor.type());
    String name =
        key.substring(PREFIX.length()).replace("base_layer.", "").replace("modules_to_save.", "");
    Tensor twice = null;
    if (name.endsWith(DOWN)) {
      twice = downs.put(name.substring(0, name.length() - DOWN.length()) + WEIGHT, tensor);
    } else if (name.endsWith(UP)) {
      twice = ups.put(name.substring(0, name.length() - UP.length()) + WEIGHT, tensor);
    } else if (!name.contains(".original_module.")) { // what a whole tensor stands in for
      require(!name.contains(".lora_"), tensor, "is a part of an adapter that is not read");
      twice = whole.put(name, tensor);
    }
    require(twice == null, tensor, "is there under two names");
  }

  private void requirePairs() {
    InputException.require(
        !downs.isEmpty() || !ups.isEmpty() || !whole.isEmpty(),
        file.file().path().toString(),
        "holds no tensors",
        "save the adapter again");
    downs.forEach(
        (name, down) -> require(ups.containsKey(name), down, "has no lora_B of its module"));
    ups.forEach((name, up) -> require(downs.containsKey(name), up, "has no lora_A of its module"));
    downs.forEach(
        (name, down) -> require(!whole.containsKey(name), down, "is of a module that is whole"));
  }

  /**
   * The tensors of a model with what the adapter makes of them, computed as they are read. A place
   * that shares a table with others gets one of its own where the adapter changes it or them alone,
   * as in PEFT, whose modules are not tied.
   *
   * @param base the model's, by name; not changed
   * @throws InputException when the model lacks one, or has it in another shape
   */
  public Map<String, Tensor> applyTo(Map<String, Tensor> base, StoredNames names) {
    Map<String, Tensor> merged = new LinkedHashMap<>(base);
    Set<String> touched = new HashSet<>();
    for (Map<String, Tensor> part : List.of(downs, whole)) {
      part.keySet().forEach(name -> touched.add(names.stored(name, base)));
    }
    for (List<String> tie : names.ties()) {
      String own = tie.getFirst();
      String source = tie.stream().filter(base::containsKey).findFirst().orElse(own);
      Tensor shared = base.get(source);
      if (shared != null && (touched.contains(own) || touched.contains(source))) {
        merged.put(own, new Tensor(own, shared.type(), shared.shape(), shared.data()));
      }
    }
    whole.forEach(
        (name, tensor) -> {
          String stored = names.stored(name, base);
          Tensor before = changed(merged, stored, tensor);
          requireShape(tensor, before.shape(), before);
          merged.put(stored, new Tensor(stored, tensor.type(), tensor.shape(), tensor.data()));
        });
    downs.forEach(
        (name, down) -> {
          String stored = names.stored(name, base);
          Tensor weight = changed(merged, stored, down);
          merged.put(stored, adapted(name, weight, down, Objects.requireNonNull(ups.get(name))));
        });
    return merged;
  }

  private Tensor changed(Map<String, Tensor> merged, String stored, Tensor by) {
    Tensor before = merged.get(stored);
    if (before == null) {
      throw wrong(by, "changes " + stored + ", which the model lacks");
    }
    require(before.type().isFloat(), by, "changes " + stored + ", which holds " + before.type());
    return before;
  }

  private Tensor adapted(String name, Tensor weight, Tensor down, Tensor up) {
    require(weight.shape().size() > 1, down, "changes " + weight.name() + ", which is no matrix");
    int rank = down.shape().isEmpty() ? 0 : down.shape().getFirst();
    require(
        rank >= 1 && rank <= MOST_RANK,
        down,
        "has the rank %d, not 1..%d".formatted(rank, MOST_RANK));
    List<Integer> inputs = new ArrayList<>(weight.shape());
    inputs.set(0, rank);
    requireShape(down, inputs, weight);
    // Of a convolution, PEFT keeps B as one over single places.
    List<Integer> outputs = new ArrayList<>(List.of(weight.shape().getFirst(), rank));
    weight.shape().stream().skip(2).forEach(place -> outputs.add(1));
    requireShape(up, outputs, weight);
    String module = name.substring(0, name.length() - WEIGHT.length());
    LowRankData data = new LowRankData(weight, down, up, config.scale(module, rank));
    return new Tensor(weight.name(), DataType.F32, weight.shape(), data);
  }

  private void requireShape(Tensor tensor, List<Integer> shape, Tensor weight) {
    require(
        tensor.shape().equals(shape),
        tensor,
        "has the shape %s, and %s of %s needs %s"
            .formatted(tensor.shape(), weight.name(), weight.shape(), shape));
  }

  private void require(boolean holds, Tensor tensor, String why) {
    if (!holds) {
      throw wrong(tensor, why);
    }
  }

  private InputException wrong(Tensor tensor, String why) {
    return new InputException(
        file.file().path() + ": " + tensor.name(), why, "give an adapter of this model");
  }

  /**
   * A weight with the product of two factors added as it is read, in fp32: {@code W' = W + s · (B ·
   * A)}, the sum over ranks in their order, so that the bits do not depend on what is read at a
   * time. Hu et al., "LoRA", 2021, equation 3.
   */
  private static final class LowRankData implements TensorData {
    private final Tensor weight;
    private final Tensor down;
    private final Tensor up;
    private final float scale;
    private SoftReference<@Nullable Factors> read = new SoftReference<>(null);

    /**
     * @param weight W, [outputs, inputs…], the inputs being one row
     * @param down A, [rank, inputs…]
     * @param up B, [outputs, rank]
     */
    LowRankData(Tensor weight, Tensor down, Tensor up, float scale) {
      this.weight = weight;
      this.down = down;
      this.up = up;
      this.scale = scale;
    }

    /** Small beside the weight, and asked for again with every piece of it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Factors(float[] down, float[] up) {}

    private synchronized Factors factors() {
      Factors factors = read.get();
      if (factors == null) {
        factors = new Factors(down.toFloats(), up.toFloats());
        read = new SoftReference<>(factors);
      }
      return factors;
    }

    @Override
    public long size() {
      return weight.elements() * Float.BYTES;
    }

    @Override
    public void read(long position, MemorySegment target) {
      long first = position / Float.BYTES;
      float[] values = new float[Math.toIntExact(target.byteSize() / Float.BYTES)];
      weight.read(first, values, 0, values.length);
      Factors factors = factors();
      int rank = down.shape().getFirst();
      int inputs = factors.down.length / rank;
      float[] sums = new float[Math.min(inputs, values.length)];
      int done = 0;
      while (done < values.length) {
        int output = Math.toIntExact((first + done) / inputs);
        int column = Math.toIntExact((first + done) % inputs);
        int count = Math.min(inputs - column, values.length - done);
        Arrays.fill(sums, 0);
        for (int r = 0; r < rank; r++) {
          add(factors.up[output * rank + r], factors.down, r * inputs + column, sums, count);
        }
        for (int i = 0; i < count; i++) {
          values[done + i] += scale * sums[i];
        }
        done += count;
      }
      TensorData.of(values).read(0, target);
    }

    private static void add(float factor, float[] row, int from, float[] sums, int count) {
      for (int i = 0; i < count; i++) {
        sums[i] += factor * row[from + i];
      }
    }
  }
}
