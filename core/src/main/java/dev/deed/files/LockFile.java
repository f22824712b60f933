package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the operating system on a file of its own, which says what process holds it. It ends
 * with the process, however that ends. No link is followed, and nothing is written into a file that
 * is not such a one. On file systems without locks only threads of this process are kept out.
 */
public final class LockFile implements AutoCloseable {
  /** What it holds when its owner is about to remove it. */
  private static final String RELEASED = "released";

  private static final int MOST_BYTES = 32;
  private static final int MOST_ATTEMPTS = 4;

  /** Locks of this process. Closing a second channel to the file of one would free it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private final boolean exclusive;

  private LockFile(Path path, FileChannel channel, boolean exclusive) {
    this.path = path;
    this.channel = channel;
    this.exclusive = exclusive;
  }

  /** Somebody else holds the lock. */
  public static final class Held extends IOException {
    private static final long serialVersionUID = 1;
    private final @Nullable String process;

    Held(@Nullable String process) {
      super("is locked");
      this.process = process;
    }

    /** The number of its process, empty where it says none; null for a thread of this process. */
    public @Nullable String process() {
      return process;
    }
  }

  /**
   * Takes the lock on a file, which is made where it is missing.
   *
   * @throws Held when another process or thread has it
   * @throws InputException when something else has the file's name
   * @throws NoSuchFileException when others keep removing the file
   */
  public static LockFile take(Path path) throws IOException {
    if (!HELD.add(path)) {
      throw new Held(null);
    }
    // An interrupt asks to stop; a channel that saw it would close in the middle of an access.
    boolean interrupted = Thread.interrupted();
    LockFile taken = null;
    try {
      for (int attempt = 1; taken == null; attempt++) {
        taken = attempt(path, attempt == MOST_ATTEMPTS);
      }
      return taken;
    } finally {
      if (taken == null) {
        HELD.remove(path);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Locks the file and puts this process's number in it.
   *
   * @param last whether to take it also where it is marked: an owner that removed the file after it
   *     was opened here left nothing to lock; one that was killed on the way left the mark for good
   * @return null where it is to be tried again
   */
  private static @Nullable LockFile attempt(Path path, boolean last) throws IOException {
    FileChannel channel;
    try {
      channel = open(path);
    } catch (NoSuchFileException e) {
      // Its owner removed it between two looks.
      if (last) {
        throw e;
      }
      return null;
    }
    boolean taken = false;
    try {
      boolean exclusive = lock(channel);
      if (!last && content(channel).equals(RELEASED)) {
        return null;
      }
      LockFile lock = new LockFile(path, channel, exclusive);
      lock.begin();
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static FileChannel open(Path path) throws IOException {
    try {
      return FileChannel.open(
          path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      requireOurs(path, RegularFile.isOwn(path) || !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }
    FileChannel existing =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      requireOurs(path, content(existing).matches("\\d{0,20}|" + RELEASED));
      return existing;
    } catch (IOException | RuntimeException e) {
      existing.close();
      throw e;
    }
  }

  private static void requireOurs(Path file, boolean ours) {
    InputException.require(
        ours,
        file.toString(),
        "is no lock of deed, or a link to another file",
        "look at it, and remove it if you do not need it");
  }

  /** Whether the system knows the lock now; false on a file system that has none. */
  private static boolean lock(FileChannel channel) throws IOException {
    boolean free;
    try {
      free = channel.tryLock(AtomicFiles.LOCKED, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      free = false;
    } catch (IOException e) {
      return false;
    }
    if (!free) {
      throw new Held(content(channel));
    }
    return true;
  }

  /** What it says: a process, or {@link #RELEASED}; nothing while it is being made. */
  private static String content(FileChannel channel) throws IOException {
    // One more than there may be, so that nothing longer looks like one of ours.
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES + 1);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  /** A disk that is full leaves no file behind that says nothing. */
  private void begin() throws IOException {
    try {
      mark(Long.toString(ProcessHandle.current().pid()));
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private void mark(String content) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  /** Whether other processes are kept out too. */
  public boolean isExclusive() {
    return exclusive;
  }

  /** Frees the lock and removes its file. */
  public void remove() throws IOException {
    boolean interrupted = Thread.interrupted();
    try (LockFile _ = this) {
      mark(RELEASED);
      Files.deleteIfExists(path);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Frees the lock; its file stays. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(path);
    }
  }
}
