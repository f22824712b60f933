package dev.deed.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder {@code shared} beside the repository: known answers that are not part of it. */
public final class Shared {
  private Shared() {}

  /** A path inside it; the test is skipped where it is absent. */
  public static Path path(String inside) {
    Path shared =
        Optional.ofNullable(System.getenv("DEED_SHARED"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("deed.root", "..")).resolve("../shared"));
    Path path = shared.resolve(inside);
    assumeTrue(Files.exists(path), () -> "skipped: there is no " + path);
    return path;
  }
}
