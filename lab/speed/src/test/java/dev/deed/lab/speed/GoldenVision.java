package dev.deed.lab.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The random vision model of the golden exits. */
final class GoldenVision {
  static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("core/src/test/resources/golden/exits/vision/model");

  private GoldenVision() {}

  /** Copies it to a new folder {@code model} inside {@code parent}. */
  static Path copyTo(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("model"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(file), folder.resolve(file));
    }
    return folder;
  }
}
