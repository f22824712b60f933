package dev.deed.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.AtomicFiles;
import dev.deed.files.AtomicFolder;
import dev.deed.files.IoReason;
import dev.deed.files.PartName;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the folder of a model again, with its weights as safetensors and in a chosen precision.
 * Tensors pass through one piece at a time.
 *
 * @param storage how weights are written
 * @param known names that the model reads: of the names of a tied tensor, those are written
 * @param shardBytes most bytes of tensors in one file
 */
public record CheckpointConverter(Storage storage, KnownNames known, long shardBytes) {
  /** Weights, of whatever program: those that were read are written anew, the others are not. */
  private static final Pattern WEIGHTS =
      Pattern.compile("\\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|ot|onnx|index\\.json)\\z");

  private static final String CONFIG = "config.json";

  /** What Transformers looks for before it takes the tensors for PyTorch's. */
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  @FunctionalInterface
  public interface Progress {
    void at(long bytes, long total);
  }

  /**
   * What was written.
   *
   * @param tensors how many
   * @param bytes of all tensors
   * @param files with weights
   * @param copied other files
   * @param leftOut files and folders of the source that were not copied
   * @param tied names left out because they are another tensor's, with its name
   */
  public record Summary(
      int tensors,
      long bytes,
      List<String> files,
      List<String> copied,
      List<String> leftOut,
      Map<String, String> tied) {
    public Summary {
      files = List.copyOf(files);
      copied = List.copyOf(copied);
      leftOut = List.copyOf(leftOut);
      tied = Map.copyOf(tied);
    }
  }

  /**
   * Converts a folder; the result appears whole or not at all.
   *
   * @param to new or empty folder
   * @throws InputException when the source holds no weights that can be read, or quantised ones
   *     that are to be stored in another way, a number does not fit the precision, or {@code to} is
   *     not empty or cannot be written
   */
  public Summary convert(Path from, Path to, Progress progress) {
    AdapterFiles.refuse(from);
    if (storage != Storage.UNCHANGED) {
      refuseQuantized(from.resolve(CONFIG), "or leave --precision out");
    }
    List<Path> others = others(from);
    try (WeightFiles weights = WeightFiles.open(from)) {
      return AtomicFolder.write(to, folder -> write(from, others, weights, folder, progress));
    }
  }

  /**
   * Writes a folder with an adapter merged into its weights, each rounded to the type that it had;
   * the result appears whole or not at all.
   *
   * @param adapter folder of a LoRA adapter
   * @param names what the adapter must know of the model's tensors
   * @throws InputException as {@link #convert} does, and when the adapter is not one of this model
   *     that is read
   */
  public Summary merge(Path from, Path adapter, StoredNames names, Path to, Progress progress) {
    refuseQuantized(from.resolve(CONFIG), "or open this one with the adapter");
    List<Path> others = others(from);
    try (LoraAdapter lora = LoraAdapter.open(adapter);
        WeightFiles weights = WeightFiles.open(from)) {
      WeightFiles merged = weights.with(lora.applyTo(weights.tensors(), names));
      return AtomicFolder.write(to, folder -> write(from, others, merged, folder, progress));
    }
  }

  /** Whole numbers without their scales, or packed in a way of others, are no weights yet. */
  private static void refuseQuantized(Path config, String more) {
    InputException.require(
        !Files.exists(config) || !Config.read(config).json().hasNonNull(Storage.QUANTIZATION),
        config.toString(),
        "says that the weights are quantised",
        "convert the folder that they were quantised from, " + more);
  }

  private Summary write(
      Path from, List<Path> others, WeightFiles weights, Path folder, Progress progress)
      throws IOException {
    Map<String, String> dropped = dropped(weights.tied());
    List<Tensor> tensors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    long total = 0;
    for (Tensor tensor : weights.tensors().values()) {
      if (!dropped.containsKey(tensor.name())) {
        for (Tensor stored : storage.store(tensor)) {
          InputException.require(
              names.add(stored.name()),
              from.toString(),
              "holds a tensor named " + stored.name() + ", a name that is needed",
              "choose another precision");
          tensors.add(stored);
          total += stored.data().size();
        }
      }
    }
    List<String> files = writeWeights(folder, tensors, total, progress);
    for (Path other : others) {
      copy(other, folder.resolve(other.getFileName()));
    }
    List<String> copied = names(others);
    List<String> leftOut = new ArrayList<>(names(files(from)));
    leftOut.removeAll(copied);
    return new Summary(tensors.size(), total, files, copied, leftOut, dropped);
  }

  /** Names of tied tensors that are not written, each with one that is. */
  private Map<String, String> dropped(Map<String, String> tied) {
    Map<String, String> dropped = new LinkedHashMap<>();
    Map<String, List<String>> groups = new LinkedHashMap<>();
    tied.forEach(
        (name, first) ->
            groups.computeIfAbsent(first, key -> new ArrayList<>(List.of(key))).add(name));
    for (List<String> names : groups.values()) {
      List<String> kept = known.kept(names);
      names.stream()
          .filter(name -> !kept.contains(name))
          .forEach(name -> dropped.put(name, kept.getFirst()));
    }
    return dropped;
  }

  private List<String> writeWeights(
      Path folder, List<Tensor> tensors, long total, Progress progress) throws IOException {
    List<List<Tensor>> shards = shards(tensors);
    List<String> files = new ArrayList<>();
    Map<String, String> weightMap = new LinkedHashMap<>();
    long[] done = {0};
    for (List<Tensor> shard : shards) {
      String file =
          shards.size() == 1
              ? "model.safetensors"
              : String.format(
                  Locale.ROOT, "model-%05d-of-%05d.safetensors", files.size() + 1, shards.size());
      SafetensorsWriter.write(
          folder.resolve(file),
          shard,
          METADATA,
          bytes -> {
            done[0] += bytes;
            progress.at(done[0], total);
          });
      shard.forEach(tensor -> weightMap.put(tensor.name(), file));
      files.add(file);
    }
    if (shards.size() > 1) {
      ShardIndex.write(folder.resolve("model.safetensors.index.json"), weightMap, total);
    }
    return files;
  }

  /** Tensors in their order, a new file where one would grow beyond the bound. */
  private List<List<Tensor>> shards(List<Tensor> tensors) {
    List<List<Tensor>> shards = new ArrayList<>();
    List<Tensor> shard = new ArrayList<>();
    shards.add(shard);
    long bytes = 0;
    for (Tensor tensor : tensors) {
      long more = tensor.data().size();
      if (!shard.isEmpty() && bytes + more > shardBytes) {
        shard = new ArrayList<>();
        shards.add(shard);
        bytes = 0;
      }
      shard.add(tensor);
      bytes += more;
    }
    return shards;
  }

  /**
   * Files besides the weights. A link to a file elsewhere is refused: who made the folder may not
   * know that file, and would get a copy of it.
   */
  private static List<Path> others(Path from) {
    try {
      Path root = from.toRealPath();
      List<Path> others = files(from).stream().filter(CheckpointConverter::isOther).toList();
      for (Path file : others) {
        Path real = file.toRealPath();
        InputException.require(
            real.startsWith(root) || real.startsWith(blobs(root)),
            file.toString(),
            "is a link out of the folder",
            "put the file in its place, or remove it");
      }
      return others;
    } catch (IOException e) {
      throw new InputException(
          from.toString(), "cannot be read (" + IoReason.of(e) + ")", "check the folder");
    }
  }

  /** Where a snapshot of the Hub's cache has its files; it holds links to them. */
  private static Path blobs(Path root) {
    Path parent = root.getParent();
    boolean snapshot = parent != null && parent.endsWith("snapshots");
    return snapshot ? root.resolve("../../blobs").normalize() : root;
  }

  private static List<Path> files(Path from) throws IOException {
    try (Stream<Path> listed = Files.list(from)) {
      return listed.sorted().toList();
    }
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toList();
  }

  private static boolean isOther(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && !WEIGHTS.matcher(name).find()
        && !name.startsWith(".")
        && !name.equals(AdapterFiles.CONFIG)
        && !PartName.isPart(name);
  }

  private void copy(Path file, Path to) throws IOException {
    if (to.endsWith(CONFIG) && storage != Storage.UNCHANGED) {
      ObjectNode config = Config.read(file).json();
      storage.state(config);
      AtomicFiles.writeText(to, config.toPrettyString() + "\n");
    } else {
      Files.copy(file, to);
    }
  }
}
