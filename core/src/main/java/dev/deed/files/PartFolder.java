package dev.deed.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder beside the one that it is to become, under a name that nothing else has. Closing removes
 * it unless it became that. Belongs to one thread.
 */
public record PartFolder(Path path) implements AutoCloseable {
  /**
   * Makes one, and removes those that killed runs left of the same target: whoever holds the
   * target's {@link TargetLock} is the only one that writes it.
   */
  public static PartFolder of(Path target) throws IOException {
    for (Path left : PartName.partsOf(target)) {
      delete(left);
    }
    Path path = PartName.of(target);
    Unfinished.begin(path, () -> delete(path));
    Files.createDirectory(path);
    return new PartFolder(path);
  }

  /** Gives the folder its name, which an empty folder may have. */
  public void become(Path target) throws IOException {
    Files.deleteIfExists(target);
    Files.move(path, target);
  }

  @Override
  public void close() throws IOException {
    Unfinished.over(path);
    delete(path);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
