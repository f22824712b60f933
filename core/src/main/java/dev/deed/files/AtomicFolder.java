package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
   * Has the content written to a {@link PartFolder}, which then takes the name of {@code target}.
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
          PartFolder part = part(folder)) {
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

  private static PartFolder part(Path folder) throws IOException {
    if (Files.exists(folder)) {
      requireReplaceable(folder);
    }
    return PartFolder.of(folder);
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
}
