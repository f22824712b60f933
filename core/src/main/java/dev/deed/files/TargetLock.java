package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps a file or folder that takes long to make from being made twice at a time, and finds out
 * before the work whether it can be written at all. A lock of the operating system on {@code
 * .NAME.deed-lock} beside the target: it ends with the process, however that ends.
 *
 * <p>On file systems without locks only threads of this process are kept out. Safe for use from
 * many threads.
 */
public final class TargetLock implements AutoCloseable {
  private static final String SUFFIX = ".deed-lock";

  private final LockFile lock;
  private final List<Path> made;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TargetLock(LockFile lock, List<Path> made) {
    this.lock = lock;
    this.made = made;
  }

  /**
   * Locks a target. Folders above it are made where they are missing; closing removes those that
   * are still empty then.
   *
   * @param target file or folder to make or change; it need not exist
   * @throws InputException when it cannot be written, or another process or thread holds its lock
   */
  public static TargetLock on(Path target) {
    List<Path> made = new ArrayList<>();
    try {
      Path whole = target.toAbsolutePath().normalize();
      Path file = folderFor(whole, made).resolve("." + PartName.stem(whole) + SUFFIX);
      return new TargetLock(LockFile.take(file), made);
    } catch (LockFile.Held e) {
      removeEmpty(made);
      String process = e.process();
      throw new InputException(
          target.toString(),
          "is being written by another run of deed"
              + (process == null || process.isEmpty() ? "" : ", process " + process),
          "wait for its end, or give another place");
    } catch (IOException e) {
      removeEmpty(made);
      throw IoReason.unwritable(target, e);
    } catch (RuntimeException e) {
      removeEmpty(made);
      throw e;
    }
  }

  public static boolean isLock(String name) {
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** The folder of a target by its real name, so that two names of it have one lock. */
  private static Path folderFor(Path target, List<Path> made) throws IOException {
    Path parent = target.getParent();
    if (parent == null) {
      throw new InputException(target.toString(), "is the root folder", "give another place");
    }
    for (Path folder = parent; folder != null && !Files.exists(folder); ) {
      made.addFirst(folder);
      folder = folder.getParent();
    }
    return Files.createDirectories(parent).toRealPath();
  }

  /** Frees the target and removes the lock file, and folders that were made for nothing. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      lock.remove();
    } catch (IOException e) {
      // What is left is a file without a lock, which the next run takes over.
      return;
    } finally {
      removeEmpty(made);
    }
  }

  private static void removeEmpty(List<Path> folders) {
    for (Path folder : folders.reversed()) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        // Not empty, or not ours to remove.
        return;
      }
    }
  }
}
