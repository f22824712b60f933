package dev.deed.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that appears whole or not at all. */
public final class AtomicFolder {
  private AtomicFolder() {}

  /**
   * Writes the content of a folder.
   *
   * @param <T> what is to be told of it
   */
  @FunctionalInterface
  public interface Content<T> {
    T writeTo(Path folder) throws IOException;
  }

  /**
   * Has the content written to a folder beside {@code target}, which then takes its name.
   *
   * @param target new or empty folder
   * @return what the content returned
   * @throws InputException when {@code target} is not empty or cannot be written
   */
  public static <T> T write(Path target, Content<T> content) {
    Path folder = target.toAbsolutePath();
    Path part = folder.resolveSibling(folder.getFileName() + ".part");
    try {
      refuseContent(folder);
      delete(part);
      Unfinished.begin(part, () -> delete(part));
      Files.createDirectories(part);
      T result = content.writeTo(part);
      Files.deleteIfExists(folder);
      Files.move(part, folder);
      return result;
    } catch (IOException e) {
      throw new InputException(
          target.toString(), "cannot be written: " + e.getMessage(), "give a writable folder");
    } finally {
      Unfinished.over(part);
      delete(part);
    }
  }

  private static void refuseContent(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder.toString(), "is no folder", "give a new folder");
    }
    try (Stream<Path> content = Files.list(folder)) {
      if (content.findAny().isPresent()) {
        throw new InputException(folder.toString(), "is not empty", "give a new folder");
      }
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new InputException(
          folder.toString(), "cannot be removed: " + e.getMessage(), "remove it");
    }
  }
}
