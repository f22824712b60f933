package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder that appears whole or not at all: until then it is beside its place, under a name that
 * nothing else has. Closing removes it unless it became what it is to be. Belongs to one thread.
 *
 * @param path where it is until then
 */
public record AtomicFolder(Path path) implements AutoCloseable {
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
   * Has the content written to such a folder, which then takes the name of {@code target}.
   *
   * @param target new or empty folder; a link to one is followed and stays
   * @return what the content returned
   * @throws InputException when {@code target} is not empty or cannot be written, or is being
   *     written already
   */
  public static <T> T write(Path target, Content<T> content) {
    try {
      Path folder = withoutLinks(target);
      try (TargetLock lock = TargetLock.on(folder);
          AtomicFolder part = part(folder)) {
        T result = content.writeTo(part.path());
        part.become(folder);
        return result;
      }
    } catch (IOException e) {
      throw IoReason.unwritable(target, e);
    }
  }

  private static Path withoutLinks(Path target) throws IOException {
    Path folder = target.toAbsolutePath().normalize();
    for (int links = 0; links < OutputPlace.MOST_LINKS; links++) {
      if (!Files.isSymbolicLink(folder)) {
        return folder;
      }
      folder = folder.resolveSibling(Files.readSymbolicLink(folder)).normalize();
    }
    throw new InputException(target.toString(), "is a link that leads nowhere", "give a folder");
  }

  private static AtomicFolder part(Path folder) throws IOException {
    if (Files.exists(folder)) {
      requireReplaceable(folder);
    }
    return begin(folder);
  }

  private static void requireReplaceable(Path folder) throws IOException {
    String name = folder.toString();
    InputException.require(Files.isDirectory(folder), name, "is no folder", "give a new folder");
    try (Stream<Path> content = Files.list(folder)) {
      InputException.require(
          content.findAny().isEmpty(), name, "is not empty", "give a new folder");
    }
    // Such a folder has nothing beside it that could be moved to its place.
    InputException.require(
        !isMountPoint(folder), name, "is a mount point", "give a new folder in it");
  }

  private static boolean isMountPoint(Path folder) {
    try {
      return !Files.getFileStore(folder).equals(Files.getFileStore(folder.getParent()));
    } catch (IOException e) {
      // The root of a chroot may be none, and then the JDK finds no mount above the folder.
      return false;
    }
  }

  /**
   * Makes one, and removes those that killed runs left of the same target: whoever holds the
   * target's {@link TargetLock} is the only one that writes it.
   *
   * @param target what it is to become
   */
  public static AtomicFolder begin(Path target) throws IOException {
    for (Path left : PartName.partsOf(target)) {
      delete(left);
    }
    Path path = PartName.of(target);
    Unfinished.begin(path, () -> delete(path));
    Files.createDirectory(path);
    return new AtomicFolder(path);
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
