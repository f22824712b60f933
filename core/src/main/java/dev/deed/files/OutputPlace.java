package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a path that a user names for output leads to, symbolic links followed. */
public sealed interface OutputPlace {
  /** Links one behind the other that are followed, as Linux does. */
  int MOST_LINKS = 40;

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
   * @throws InputException when it leads to a folder, or nowhere
   */
  static OutputPlace of(Path given) {
    try {
      Path at = given.toAbsolutePath();
      for (int links = 0; links < MOST_LINKS; links++) {
        Path name = at.getFileName();
        Path parent = at.getParent();
        if (name == null || parent == null || Files.isDirectory(at)) {
          throw new InputException(given.toString(), "is a folder", "give the path of a file");
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
      throw IoReason.unwritable(given, e);
    }
    throw new InputException(
        given.toString(), "is a link that leads nowhere", "give the path of a file");
  }

  /**
   * The regular file that a path leads to, or would once it is written.
   *
   * @throws InputException when it leads to something else
   */
  static Path file(Path given) {
    return switch (of(given)) {
      case RegularFile file -> file.path();
      case Stream _, StandardOutput _ ->
          throw new InputException(
              given.toString(), "is a device or a pipe", "give the path of a file");
    };
  }

  /**
   * Looks that an output is not what is read to make it, by whatever name, link or redirection.
   *
   * @param name what the message calls the output
   * @throws InputException when both are one file
   */
  static void requireOther(Path input, Path output, String name) {
    try {
      if (Files.isRegularFile(output) && Files.exists(input) && Files.isSameFile(input, output)) {
        throw new InputException(name, "is the input", "give another file");
      }
    } catch (IOException e) {
      throw IoReason.unwritable(output, e);
    }
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
