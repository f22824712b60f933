package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder where jars unpack their native libraries, and from which they are loaded. What lies
 * there under the right name runs inside this process. So the folder, and all that lies in it, must
 * belong to the process's user or to root, and nobody else may write it. Folders above it are not
 * looked at: who may write those can put another folder in its place, and that is not the user's.
 *
 * <p>Where a file system has no users and no permissions, nothing is checked.
 */
public final class NativeFolder {
  /**
   * System property: a folder where an installation has native libraries unpacked, so that nothing
   * is written. It is trusted as the installation's jars are.
   */
  public static final String INSTALLED = "deed.natives";

  /** What to do about the folder in which JavaCPP unpacks. */
  public static final String MOVE_JAVACPP =
      "set the system property org.bytedeco.javacpp.cachedir to a folder that is yours alone";

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int ROOT = 0;

  private static final int STICKY = 01000;
  private static final int GROUP_WRITES = 020;
  private static final int OTHERS_WRITE = 02;

  private final String whatToDo;
  private final int self;

  private NativeFolder(String whatToDo, int self) {
    this.whatToDo = whatToDo;
    this.self = self;
  }

  /**
   * Refuses a folder that is not the user's own. One that is not there is made, for the user alone.
   *
   * @param shared folder that holds those of several libraries; it may be one like {@code /tmp},
   *     where all may add and none may exchange
   * @param inside the folder of one library in it, or {@code shared} itself
   * @param whatToDo advice where it is refused
   * @throws InputException when it belongs to another user, or others may write it
   */
  public static void requireOwn(Path shared, Path inside, String whatToDo) {
    String installed = System.getProperty(INSTALLED);
    if (installed != null && shared.startsWith(installed)) {
      return;
    }
    try {
      make(inside);
      Integer self = hasUsers(inside) ? self() : null;
      if (self != null) {
        NativeFolder check = new NativeFolder(whatToDo, self);
        check.require(shared, STICKY);
        check.requireAll(inside);
      }
    } catch (IOException e) {
      // Whoever loads from it meets the same, and tells.
      return;
    }
  }

  private static boolean hasUsers(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  private static void make(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
      FileAttribute<?> own =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      Files.createDirectories(
          folder, posix ? new FileAttribute<?>[] {own} : new FileAttribute<?>[0]);
    }
  }

  private void requireAll(Path folder) throws IOException {
    Files.walkFileTree(
        folder.toRealPath(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            require(path, 0);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            require(path, 0);
            return FileVisitResult.CONTINUE;
          }

          /** A folder of others that may not be read, or a part that its writer removed. */
          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
              require(path, 0);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * @param excusing mode of a folder that others may write without harm; 0: none
   */
  private void require(Path path, int excusing) throws IOException {
    boolean link = Files.isSymbolicLink(path) && excusing == 0;
    LinkOption[] options = link ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
    Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,gid,mode", options);
    int owner = number(attributes, "uid");
    int mode = number(attributes, "mode");
    InputException.require(
        owner == self || owner == ROOT,
        what(path),
        "belongs to another user, so the libraries in it are not trusted",
        whatToDo);
    // A link has no mode of its own.
    boolean open =
        (mode & OTHERS_WRITE) != 0
            || (mode & GROUP_WRITES) != 0 && !isPrivate(path, owner, number(attributes, "gid"));
    InputException.require(
        link || !open || (mode & excusing) != 0,
        what(path),
        "may be written by others (mode %o), so the libraries in it are not trusted"
            .formatted(mode & 07777),
        whatToDo);
  }

  /** Whether a group is that of one user, as most systems give each, or root's. */
  private static boolean isPrivate(Path path, int owner, int group) throws IOException {
    if (group == ROOT || group == owner) {
      return true;
    }
    return Files.getAttribute(path, "posix:owner")
        .toString()
        .equals(Files.getAttribute(path, "posix:group").toString());
  }

  private static int number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Integer number ? number : -1;
  }

  private static String what(Path path) {
    return "folder of native libraries: " + path;
  }

  /** The user of this process; null where the system does not say. */
  private static @Nullable Integer self() throws IOException {
    if (Files.isReadable(STATUS)) {
      List<String> lines = Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1);
      for (String line : lines) {
        // Real, effective, saved and of the file system.
        String[] words = line.split("\\s+", -1);
        if (words[0].equals("Uid:")) {
          return Integer.valueOf(words[2]);
        }
      }
    }
    Path own = Files.createTempFile("deed", null);
    try {
      return hasUsers(own) && Files.getAttribute(own, "unix:uid") instanceof Integer owner
          ? owner
          : null;
    } finally {
      Files.delete(own);
    }
  }
}
