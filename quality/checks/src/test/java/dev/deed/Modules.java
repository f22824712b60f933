package dev.deed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The folders of the product's modules: those at the top, of extensions and of quality. */
final class Modules {
  private Modules() {}

  static List<Path> ofTheProduct() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).normalize();
    List<Path> modules = new ArrayList<>();
    for (Path folder : List.of(root, root.resolve("extensions"), root.resolve("quality"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> Files.exists(file.resolve("pom.xml")) && !file.endsWith("lab"))
            .sorted()
            .forEach(modules::add);
      }
    }
    return modules;
  }
}
