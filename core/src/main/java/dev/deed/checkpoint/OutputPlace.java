package dev.deed.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a path that a user names for output leads to, symbolic links followed. */
public sealed interface OutputPlace {
  /**
   * A regular file, or nothing yet.
   *
   * @param path to it, without a link in its last place: what is moved there replaces no link
   */
  record RegularFile(Path path) implements OutputPlace {}

  /**
   * A pipe, a device or an open descriptor ({@code /dev/fd/3}), which stays what it is and is
   * written through.
   *
   * @param path as it was given
   */
  record Stream(Path path) implements OutputPlace {}

  /** Standard output: {@code /dev/stdout}, whatever it was redirected to. */
  record StandardOutput() implements OutputPlace {}

  /**
   * Follows a path.
   *
   * @throws BadInputException when it leads to a folder, or nowhere
   */
  static OutputPlace of(Path given) {
    try {
      Path at = given.toAbsolutePath();
      for (int links = 0; links < 40; links++) {
        Path name = at.getFileName();
        Path parent = at.getParent();
        if (name == null || parent == null || Files.isDirectory(at)) {
          throw new BadInputException(given.toString(), "is a folder", "give the path of a file");
        }
        Path folder = real(parent);
        if (holdsDescriptors(folder)) {
          boolean standard = name.toString().equals("1") && isOurs(folder);
          return standard ? new StandardOutput() : new Stream(given);
        }
        if (!Files.isSymbolicLink(at)) {
          return Files.exists(at) && !Files.isRegularFile(at)
              ? new Stream(given)
              : new RegularFile(folder.resolve(name));
        }
        at = folder.resolve(Files.readSymbolicLink(at));
      }
    } catch (IOException e) {
      throw BadInputException.unwritable(given, e);
    }
    throw new BadInputException(
        given.toString(), "is a link that leads nowhere", "give the path of a file");
  }

  private static Path real(Path folder) throws IOException {
    return Files.exists(folder) ? folder.toRealPath() : folder.normalize();
  }

  private static boolean holdsDescriptors(Path folder) {
    return folder.toString().matches("/proc/\\d+(/task/\\d+)?/fd|/dev/fd");
  }

  private static boolean isOurs(Path descriptors) {
    return descriptors.startsWith("/dev/fd")
        || descriptors.startsWith("/proc/" + ProcessHandle.current().pid());
  }
}
