package dev.deed.checkpoint;

import dev.deed.files.OpenParts;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The weights of a folder, whichever of four layouts they have: safetensors before {@code
 * torch.save}, one file before shards. They can be read until {@link #close()}. Thread-safe.
 *
 * @param files that are open
 * @param tied names of tensors that are another one's again, each with the first name of that one
 */
public record WeightFiles(OpenParts files, Map<String, Tensor> tensors, Map<String, String> tied)
    implements AutoCloseable {
  /**
   * @throws InputException when there are none, or they are damaged
   */
  public static WeightFiles open(Path folder) {
    WeightFiles weights =
        new WeightFiles(new OpenParts(), new LinkedHashMap<>(), new LinkedHashMap<>());
    try {
      weights.openAll(folder);
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** The same files with some tensors changed, each in the type that it had, and tied no more. */
  WeightFiles with(Map<String, Tensor> changed) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    Map<String, String> still = new LinkedHashMap<>(tied);
    changed.forEach(
        (name, tensor) -> {
          Tensor before = tensors.getOrDefault(name, tensor);
          all.put(name, before.type() == DataType.F64 ? tensor : tensor.to(before.type()));
          if (tensor != before) {
            still.remove(name);
            still.values().removeIf(name::equals);
          }
        });
    return new WeightFiles(files, all, still);
  }

  @Override
  public void close() {
    files.close();
  }

  private void openAll(Path folder) {
    Path safetensors = folder.resolve("model.safetensors");
    Path safetensorsIndex = folder.resolve("model.safetensors.index.json");
    Path torch = folder.resolve("pytorch_model.bin");
    Path torchIndex = folder.resolve("pytorch_model.bin.index.json");
    if (Files.exists(safetensors)) {
      addSafetensors(safetensors, Set.of());
    } else if (Files.exists(safetensorsIndex)) {
      ShardIndex.files(safetensorsIndex, ".safetensors").forEach(this::addSafetensors);
    } else if (Files.exists(torch)) {
      addTorch(torch, Set.of());
    } else if (Files.exists(torchIndex)) {
      ShardIndex.files(torchIndex, ".bin").forEach(this::addTorch);
    } else if (Files.exists(folder.resolve(Config.TABLE_MODEL))) {
      addSafetensors(tableModel(folder), Set.of());
    } else {
      throw new InputException(
          folder.toString(),
          "holds no model.safetensors, no pytorch_model.bin, and no index of shards of them",
          "give the folder of a model");
    }
  }

  /** The first file that Docling's reader takes. */
  private static Path tableModel(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("tableformer_.*\\.safetensors"))
          .min(Comparator.naturalOrder())
          .orElseThrow(
              () ->
                  new InputException(
                      folder.toString(),
                      "holds no tableformer_*.safetensors",
                      "add tableformer_accurate.safetensors or tableformer_fast.safetensors"));
    } catch (IOException e) {
      throw Config.unreadable(folder.toString(), e);
    }
  }

  private void addSafetensors(Path path, Set<String> named) {
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file::close);
    ShardIndex.merge(path, file.tensors(), named, tensors);
  }

  private void addTorch(Path path, Set<String> named) {
    TorchFile file = TorchFile.open(path);
    files.add(file::close);
    ShardIndex.merge(path, file.tensors(), named, tensors);
    tied.putAll(file.tied());
  }
}
