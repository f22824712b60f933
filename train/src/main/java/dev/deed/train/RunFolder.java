package dev.deed.train;

import dev.deed.checkpoint.AtomicFiles;
import dev.deed.model.family.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a training keeps its files. The folder itself is the model with the smallest validation
 * loss; {@code training/} inside holds the rest.
 *
 * @param path the folder, {@code --out}
 */
record RunFolder(Path path) {
  /** In front of the names of the optimiser's moments. */
  static final String OPTIMIZER = "optimizer.";

  /** The last checkpoint: a model folder whose weights file also holds the optimiser's moments. */
  Path last() {
    return inside("last");
  }

  Path log() {
    return inside("log.jsonl");
  }

  Path plot() {
    return inside("loss.png");
  }

  /** What the run was asked to do. */
  Path recipe() {
    return inside("recipe.json");
  }

  /** Whether a training was begun here; {@link #begin} writes this file last. */
  boolean begun() {
    return Files.exists(recipe());
  }

  /** A folder beside this one, in which a start is made before anything is written here. */
  Path draft() throws IOException {
    Path parent = Files.createDirectories(path.toAbsolutePath().normalize().getParent());
    return Files.createTempDirectory(parent, path.getFileName() + ".start");
  }

  /** Makes a draft the first checkpoint. */
  void begin(Path draft, String recipe) throws IOException {
    Files.createDirectories(last().getParent());
    Files.move(draft, last());
    Files.setPosixFilePermissions(last(), PosixFilePermissions.fromString("rwxr-xr-x"));
    AtomicFiles.writeText(recipe(), recipe);
  }

  void saveBest(ModelDescription description, TorchParameters.Values values) throws IOException {
    ModelFiles.of(last()).writeTo(path);
    ModelFiles.writeWeights(path, description, values, Map.of(), Map.of("format", "pt"));
  }

  /** One file, so that weights, moments and step are always of one moment. */
  void saveLast(
      ModelDescription description,
      TorchParameters.Values values,
      Map<String, float[]> moments,
      TrainingState state)
      throws IOException {
    ModelFiles.writeWeights(last(), description, values, moments, state.metadata());
  }

  /** Removes a draft that became nothing. */
  static void discard(Path draft) throws IOException {
    if (!Files.exists(draft)) {
      return;
    }
    try (Stream<Path> content = Files.walk(draft)) {
      for (Path file : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path inside(String name) {
    return path.resolve("training").resolve(name);
  }
}
