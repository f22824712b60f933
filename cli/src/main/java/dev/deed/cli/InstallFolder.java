package dev.deed.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder that {@code deed} runs from, which the launcher passes as a system property. */
public final class InstallFolder {
  private InstallFolder() {}

  /** The folder; null when the JVM was started without the launcher. */
  public static @Nullable Path find() {
    String root = System.getProperty("deed.root");
    return root == null ? null : Path.of(root);
  }
}
