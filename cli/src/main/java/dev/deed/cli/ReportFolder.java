package dev.deed.cli;

import dev.deed.files.AtomicFiles;
import dev.deed.files.TargetLock;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder that {@code --out} names for what was measured. */
public final class ReportFolder {
  private ReportFolder() {}

  /**
   * Keeps other runs out of it until the report is written.
   *
   * @param out null where no report is asked for
   * @param main the file of the report that is always written
   * @throws InputException when the folder cannot be written, or another run is about to
   */
  public static @Nullable TargetLock lock(@Nullable Path out, String main) {
    if (out == null) {
      return null;
    }
    InputException.require(
        !Files.exists(out) || Files.isDirectory(out), "--out " + out, "is a file", "give a folder");
    return AtomicFiles.lock(out.resolve(main));
  }
}
