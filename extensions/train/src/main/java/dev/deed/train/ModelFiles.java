package dev.deed.train;

import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.files.AtomicFiles;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.train.torch.TorchParameters;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The small files of a model folder, by name: configuration, tokenizer, image processor; all but
 * the weights.
 */
record ModelFiles(Map<String, byte[]> contents) {
  static final String WEIGHTS = "model.safetensors";
  static final String CONFIG = "config.json";
  static final String GENERATION = "generation_config.json";

  /** Vocabularies of tens of megabytes exist; anything larger is no such file. */
  private static final long MOST_BYTES = 64 << 20;

  private static final Set<String> TOKENIZER =
      Set.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");

  private static final Set<String> SUFFIXES = Set.of(".json", ".model", ".spm", ".txt", ".jinja");

  ModelFiles {
    contents = Map.copyOf(contents);
  }

  /**
   * Reads those of a folder.
   *
   * @throws InputException when it cannot be read
   */
  static ModelFiles of(Path folder) {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(ModelFiles::belongs).toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new InputException(
          folder.toString(), "cannot be read: " + e.getMessage(), "give a model folder");
    }
    return new ModelFiles(contents);
  }

  /**
   * Reads those of a tokenizer alone.
   *
   * @throws InputException when it cannot be read
   */
  static ModelFiles tokenizer(Path folder) {
    Map<String, byte[]> contents = new TreeMap<>(of(folder).contents());
    contents.keySet().retainAll(TOKENIZER);
    return new ModelFiles(contents);
  }

  private static boolean belongs(Path file) {
    String name = file.getFileName().toString();
    try {
      return Files.isRegularFile(file)
          && SUFFIXES.stream().anyMatch(name::endsWith)
          && !name.endsWith(".index.json")
          && Files.size(file) <= MOST_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  ModelFiles with(Map<String, byte[]> others) {
    Map<String, byte[]> all = new TreeMap<>(contents);
    all.putAll(others);
    return new ModelFiles(all);
  }

  /** Writes all of them, each whole or not at all. */
  void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      AtomicFiles.write(folder.resolve(file.getKey()), out -> out.write(file.getValue()));
    }
  }

  /**
   * Writes {@code model.safetensors} under the checkpoint's own names, so that other readers open
   * it too. Optional parameters without values are left out.
   *
   * @param beside further tensors, by name, as vectors
   * @throws IOException when writing fails; nothing half-written remains
   */
  static void writeWeights(
      Path folder,
      ModelDescription description,
      TorchParameters.Values values,
      Map<String, float[]> beside,
      Map<String, String> metadata)
      throws IOException {
    Map<String, SafetensorsWriter.Entry> entries = new LinkedHashMap<>();
    for (Parameter parameter : ParameterTable.of(description.spec())) {
      float[] own = values.of(parameter);
      if (own != null) {
        int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
        String name = description.names().toCheckpoint(parameter.name());
        entries.put(name, new SafetensorsWriter.Entry(shape, own));
      }
    }
    beside.forEach(
        (name, own) -> entries.put(name, new SafetensorsWriter.Entry(new int[] {own.length}, own)));
    SafetensorsWriter.write(folder.resolve(WEIGHTS), entries, metadata);
  }
}
