package dev.deed.model.family;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.LoraConfig;
import dev.deed.checkpoint.Storage;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.WeightFiles;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.WeightMemory;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model folder in the Hugging Face layout, opened and checked: every tensor that the spec needs
 * is there with the right shape. Thread-safe; the tensors can be read until {@link #close()}.
 *
 * @param config its {@code config.json}
 * @param byCanonicalName its tensors
 * @param ignoredTensors that the model does not use, by their name in the file
 * @param precision how its weights are to be held
 * @param memory where they are to lie
 */
public record ModelFolder(
    Path path,
    Config config,
    ModelDescription description,
    WeightFiles stored,
    Map<String, Tensor> byCanonicalName,
    List<String> ignoredTensors,
    WeightPrecision precision,
    Arena memory)
    implements ParameterSource, AutoCloseable {
  /** Opens a folder whose weights are to be held in fp32. */
  public static ModelFolder open(Path path) {
    return open(path, WeightPrecision.FP32, null);
  }

  /** Opens a folder whose weights are to lie in memory that the garbage collector gives back. */
  public static ModelFolder open(
      Path path, @Nullable WeightPrecision precision, @Nullable Path adapter) {
    return open(path, precision, adapter, new WeightMemory());
  }

  /**
   * @param precision how the weights of linear layers, embeddings and the head are to be held,
   *     whatever they are stored in; null: int8 where they are stored so, else fp32
   * @param adapter folder of a LoRA adapter that is merged into the weights as they are read; null:
   *     none, unless the folder is itself one that names its base, which is opened then
   * @param memory where its weights are to lie; it stays the caller's
   * @throws InputException when a file is missing or damaged, the model is of an unknown kind, a
   *     tensor is missing or of another shape than the configuration says, weights are quantised in
   *     another way than ours, or the adapter is not one of this model that is read
   */
  public static ModelFolder open(
      Path path, @Nullable WeightPrecision precision, @Nullable Path adapter, Arena memory) {
    if (!Files.isDirectory(path)) {
      throw new InputException(
          path.toString(), "is not a folder", "give the folder that holds config.json");
    }
    if (adapter == null && AdapterFiles.isIn(path)) {
      LoraConfig lora = LoraConfig.read(path);
      return open(lora.baseFolder(lora::noBase), precision, path, memory);
    }
    if (adapter != null) {
      AdapterFiles.refuseInBase(path, adapter);
    }
    Config config = ModelFamily.config(path);
    ModelDescription description = ModelFamily.describe(config);
    WeightFiles stored = WeightFiles.open(path);
    try {
      return bind(path, config, description, stored, precision, adapter, memory);
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  @Override
  public WeightPrecision precision() {
    return precision;
  }

  /**
   * How its configuration says that weights are quantised which are plain: {@code bitsandbytes} of
   * a model that was loaded so and saved. It changes nothing here. Null: it says nothing of others.
   */
  public @Nullable String unusedQuantization() {
    return Int8Storage.foreign(config);
  }

  public TransformerSpec spec() {
    return description.spec();
  }

  /** Bytes that its weights take in memory, told from the headers of its files. */
  public long weightBytes() {
    Map<String, Long> elements = new HashMap<>();
    byCanonicalName.values().forEach(tensor -> elements.put(tensor.name(), tensor.elements()));
    return precision.bytes() * elements.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The precision in which it answers soonest on this processor, without a loss that can be
   * measured; what it is opened with where that is narrower.
   */
  public WeightPrecision fastestPrecision() {
    long bytes = weightBytes() / precision.bytes() * Float.BYTES;
    WeightPrecision fastest = KernelChoice.packing().fastest(bytes);
    return fastest.bytes() > precision.bytes() ? precision : fastest;
  }

  @Override
  public boolean holds(String canonicalName) {
    return byCanonicalName.containsKey(canonicalName);
  }

  @Override
  public Tensor tensor(String canonicalName) {
    Tensor tensor = byCanonicalName.get(canonicalName);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter " + canonicalName);
    }
    return tensor;
  }

  @Override
  public void close() {
    stored.close();
  }

  private static ModelFolder bind(
      Path path,
      Config config,
      ModelDescription asConfigured,
      WeightFiles stored,
      @Nullable WeightPrecision precision,
      @Nullable Path adapter,
      Arena memory) {
    Map<String, Tensor> found = StoredTensors.of(stored, config, asConfigured, adapter);
    boolean int8 = Int8Storage.isUsedBy(config);
    WeightPrecision asStored = int8 ? WeightPrecision.INT8 : WeightPrecision.FP32;
    ModelDescription description = TokenTables.asStored(asConfigured, found);
    Map<String, Tensor> bound = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (Parameter parameter : ParameterTable.of(description.spec())) {
      String name = description.names().stored(parameter.name(), found);
      Tensor tensor = check(path, config, parameter, name, found.get(name));
      if (tensor != null) {
        bound.put(parameter.name(), tensor);
        used.add(name);
      }
    }
    List<String> ignored = found.keySet().stream().filter(name -> !used.contains(name)).toList();
    return new ModelFolder(
        path,
        config,
        description,
        stored,
        bound,
        ignored,
        precision == null ? asStored : precision,
        memory);
  }

  /**
   * A stored tensor, held against its parameter; null where the model can do without it and the
   * folder lacks it.
   *
   * @param name of the tensor in the files
   * @throws InputException when it is missing, of another shape, or quantised in a way of others
   */
  private static @Nullable Tensor check(
      Path path, Config config, Parameter parameter, String name, @Nullable Tensor tensor) {
    if (tensor == null && parameter.optional()) {
      return null;
    }
    boolean fits =
        tensor != null && tensor.shape().equals(parameter.shape()) && tensor.type().isFloat();
    String quantized = Int8Storage.foreign(config);
    InputException.require(
        fits || quantized == null,
        config.origin() + ": " + Storage.QUANTIZATION,
        "says that weights are quantised by %s, a form that is not read (%s)"
            .formatted(quantized, name),
        "give the folder that they were quantised from");
    if (tensor == null) {
      throw new InputException(
          path.toString(),
          "lacks the tensor " + name,
          "give the complete model; config.json asks for it");
    }
    InputException.require(
        tensor.shape().equals(parameter.shape()),
        path + ": tensor " + name,
        "has the shape " + tensor.shape() + ", config.json says " + parameter.shape(),
        "give the config.json and the weights of one model");
    InputException.require(
        tensor.type().isFloat(),
        path + ": tensor " + name,
        "holds " + tensor.type() + ", not floating-point numbers",
        "give weights as F32, F16 or BF16, or int8 with scales as deed convert writes them");
    return tensor;
  }

  /**
   * Which of a model's three tables of tokens, those of encoder, decoder and head, are one. The
   * files decide: a configuration that ties two of them is not believed where both are stored and
   * differ, as in Transformers 5.
   */
  private record TokenTables(NameTable names, Map<String, Tensor> files) {
    private static final String DECODER = Names.weight(Names.DECODER.embedding());

    /** The model as its files have it. */
    static ModelDescription asStored(ModelDescription configured, Map<String, Tensor> files) {
      TokenTables tables = new TokenTables(configured.names(), files);
      TransformerSpec spec = configured.spec();
      return configured.with(
          spec.withTables(
              tables.isDecoders(Names.weight(Names.HEAD), spec.decoder().head().tied()),
              !tables.isDecoders(
                  Names.weight(Names.ENCODER.embedding()), !spec.encoder().ownTable())));
    }

    private boolean isDecoders(String parameter, boolean configured) {
      String ours = names.stored(parameter, files);
      String decoders = names.stored(DECODER, files);
      if (ours.equals(decoders)) {
        return true;
      }
      Tensor mine = files.get(ours);
      Tensor table = files.get(decoders);
      return mine == null || table == null ? configured : configured && mine.holdsTheSameAs(table);
    }
  }
}
