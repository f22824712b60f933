package dev.deed.train;

import dev.deed.files.AtomicFiles;
import dev.deed.files.AtomicFolder;
import dev.deed.files.PartName;
import dev.deed.files.TargetLock;
import dev.deed.model.family.ModelDescription;
import dev.deed.train.torch.TorchParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  Path recipe() {
    return inside("recipe.json");
  }

  /** Whether a training was begun here; {@link #begin} writes this file last. */
  boolean isBegun() {
    return Files.exists(recipe());
  }

  /** What is there already that a training would overwrite; null when nothing is. */
  @Nullable String occupant() throws IOException {
    for (String name : List.of(ModelFiles.CONFIG, ModelFiles.WEIGHTS)) {
      if (Files.exists(path.resolve(name))) {
        return name;
      }
    }
    Path training = last().getParent();
    try (Stream<Path> content = Files.list(training)) {
      // Parts and the lock are left by a run that was killed before its first step.
      boolean others =
          content
              .map(file -> file.getFileName().toString())
              .anyMatch(name -> !PartName.isPart(name) && !TargetLock.isLock(name));
      return others ? "training" : null;
    }
  }

  void begin(AtomicFolder draft, String recipe) throws IOException {
    draft.become(last());
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

  private Path inside(String name) {
    return path.resolve("training").resolve(name);
  }
}
