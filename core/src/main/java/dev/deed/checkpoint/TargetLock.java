package dev.deed.checkpoint;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  /** What a lock file holds when its owner is about to remove it. */
  private static final String RELEASED = "released";

  private static final int MOST_BYTES = 32;

  /** Lock files that this process holds. A look at one through another channel would free it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final RandomAccessFile open;
  private final List<Path> made;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TargetLock(Path file, RandomAccessFile open, List<Path> made) {
    this.file = file;
    this.open = open;
    this.made = made;
  }

  /**
   * Locks a target. Folders above it are made where they are missing; closing removes those that
   * are still empty then.
   *
   * @param target file or folder to make or change; it need not exist
   * @throws BadInputException when it cannot be written, or another process or thread holds its
   *     lock
   */
  public static TargetLock on(Path target) {
    List<Path> made = new ArrayList<>();
    try {
      Path whole = target.toAbsolutePath().normalize();
      Path file = folderFor(whole, made).resolve("." + PartName.stem(whole) + SUFFIX);
      if (!HELD.add(file)) {
        throw held(target, null);
      }
      try {
        return new TargetLock(file, open(target, file), made);
      } catch (IOException | RuntimeException e) {
        HELD.remove(file);
        throw e;
      }
    } catch (IOException e) {
      removeEmpty(made);
      throw BadInputException.unwritable(target, e);
    } catch (RuntimeException e) {
      removeEmpty(made);
      throw e;
    }
  }

  /** Whether a name is that of a lock file. */
  public static boolean isLock(String name) {
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** The folder of a target by its real name, so that two names of it have one lock. */
  private static Path folderFor(Path target, List<Path> made) throws IOException {
    Path parent = target.getParent();
    if (parent == null) {
      throw new BadInputException(target.toString(), "is the root folder", "give another place");
    }
    for (Path folder = parent; folder != null && !Files.exists(folder); ) {
      made.addFirst(folder);
      folder = folder.getParent();
    }
    return Files.createDirectories(parent).toRealPath();
  }

  private static RandomAccessFile open(Path target, Path file) throws IOException {
    for (int attempt = 0; ; attempt++) {
      // Not a channel of its own: an interrupt, which asks to stop, would close that.
      RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
      try {
        requireFree(open, target);
        // An owner that removed the file after it was opened here left nothing to lock; one that
        // was killed on the way left the mark for good.
        if (attempt == 3 || !content(open).equals(RELEASED)) {
          mark(open, Long.toString(ProcessHandle.current().pid()));
          return open;
        }
        open.close();
      } catch (IOException | RuntimeException e) {
        open.close();
        throw e;
      }
    }
  }

  private static void requireFree(RandomAccessFile open, Path target) throws IOException {
    FileLock lock;
    try {
      lock = open.getChannel().tryLock();
    } catch (IOException e) {
      // A file system that has no locks.
      return;
    }
    if (lock == null) {
      throw held(target, content(open));
    }
  }

  private static BadInputException held(Path target, @Nullable String process) {
    return new BadInputException(
        target.toString(),
        "is being written by another run of deed" + (process == null ? "" : ", process " + process),
        "wait for its end, or give another place");
  }

  private static String content(RandomAccessFile open) throws IOException {
    byte[] bytes = new byte[MOST_BYTES];
    open.seek(0);
    int count = Math.max(0, open.read(bytes));
    return new String(bytes, 0, count, StandardCharsets.US_ASCII);
  }

  private static void mark(RandomAccessFile open, String content) throws IOException {
    open.setLength(0);
    open.seek(0);
    open.write(content.getBytes(StandardCharsets.US_ASCII));
  }

  /** Frees the target and removes the lock file, and folders that were made for nothing. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try (open) {
      mark(open, RELEASED);
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
