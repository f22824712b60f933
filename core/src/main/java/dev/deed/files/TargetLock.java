package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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

  private static final int LAST_ATTEMPT = 3;

  /** Lock files that this process holds. A look at one through another channel would free it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final LockFile open;
  private final List<Path> made;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TargetLock(Path file, LockFile open, List<Path> made) {
    this.file = file;
    this.open = open;
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
      if (!HELD.add(file)) {
        throw inUse(target, null);
      }
      try {
        return new TargetLock(file, open(target, file), made);
      } catch (IOException | RuntimeException e) {
        HELD.remove(file);
        throw e;
      }
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

  private static LockFile open(Path target, Path file) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        LockFile open = LockFile.open(file);
        if (take(open, target, file, attempt == LAST_ATTEMPT)) {
          return open;
        }
      } catch (NoSuchFileException e) {
        // Its owner removed it between two looks.
        if (attempt == LAST_ATTEMPT) {
          throw e;
        }
      }
    }
  }

  /**
   * Locks an open file and puts this process's name in it.
   *
   * @param last whether to take it also where it is marked: an owner that removed the file after it
   *     was opened here left nothing to lock; one that was killed on the way left the mark for good
   */
  private static boolean take(LockFile open, Path target, Path file, boolean last)
      throws IOException {
    boolean taken = false;
    try {
      requireFree(open, target);
      if (last || !open.content().equals(LockFile.RELEASED)) {
        mark(open, file);
        taken = true;
      }
      return taken;
    } finally {
      if (!taken) {
        open.close();
      }
    }
  }

  /** A disk that is full leaves no file behind that says nothing. */
  private static void mark(LockFile open, Path file) throws IOException {
    try {
      open.mark(Long.toString(ProcessHandle.current().pid()));
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static void requireFree(LockFile open, Path target) throws IOException {
    boolean free;
    try {
      free = open.lock();
    } catch (IOException e) {
      // A file system that has no locks.
      return;
    }
    if (!free) {
      throw inUse(target, open.content());
    }
  }

  private static InputException inUse(Path target, @Nullable String process) {
    return new InputException(
        target.toString(),
        "is being written by another run of deed" + (process == null ? "" : ", process " + process),
        "wait for its end, or give another place");
  }

  /** Frees the target and removes the lock file, and folders that were made for nothing. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try (open) {
      open.mark(LockFile.RELEASED);
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // What is left is a file without a lock, which the next run takes over.
      return;
    } finally {
      HELD.remove(file);
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
