package dev.deed.train;

import java.nio.file.Path;

/**
 * Known answers that are part of the repository; docs/architecture.md says where they come from.
 */
final class Golden {
  private Golden() {}

  /**
   * A folder of known answers.
   *
   * @param module whose test resources hold it
   */
  static Path path(String module, String inside) {
    return Path.of(System.getProperty("deed.root", ".."))
        .resolve(module)
        .resolve("src/test/resources/golden")
        .resolve(inside);
  }
}
