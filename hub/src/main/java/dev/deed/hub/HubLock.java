package dev.deed.hub;

import dev.deed.files.LockFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One process and thread at a time fetches a file. The lock's own file stays, as other clients' do;
 * it says which process holds the lock.
 *
 * @param isExclusive whether nobody else fetches; false where the file system has no locks
 */
record HubLock(Path path, LockFile file, boolean isExclusive) implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Locks of this process. Closing a second channel to the file of one would free it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /**
   * Waits for the lock.
   *
   * @throws InputException when its holder gets on too little, or the file is a link or no lock
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  static HubLock take(Path path, Wait wait) throws IOException {
    HubLock lock = attempt(path, wait);
    while (lock == null) {
      Waiting.sleep(PAUSE);
      lock = attempt(path, wait);
    }
    return lock;
  }

  private static @Nullable HubLock attempt(Path path, Wait wait) throws IOException {
    if (!HELD.add(path)) {
      wait.goOn("another thread of this process", path);
      return null;
    }
    LockFile file = null;
    HubLock taken = null;
    try {
      file = LockFile.open(path);
      Boolean free = isFree(file);
      if (free == null || free) {
        taken = new HubLock(path, file, free != null);
      } else {
        wait.goOn(holder(file), path);
      }
    } catch (NoSuchFileException e) {
      // Another client removed it between two looks.
      return null;
    } finally {
      if (taken == null) {
        if (file != null) {
          file.close();
        }
        HELD.remove(path);
      }
    }
    return taken;
  }

  /** Whether the lock was free, and is taken now; null on a file system without locks. */
  private static @Nullable Boolean isFree(LockFile file) throws IOException {
    boolean free;
    try {
      free = file.lock();
    } catch (IOException e) {
      // Two processes may fetch the same file, each its own, and both are checked.
      return null;
    }
    if (free) {
      file.mark(Long.toString(ProcessHandle.current().pid()));
    }
    return free;
  }

  /** Other clients leave the file empty. */
  private static String holder(LockFile file) throws IOException {
    String process = file.content();
    return process.isEmpty() ? "another process" : "process " + process;
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      HELD.remove(path);
    }
  }

  /** A wait for another who fetches the same file. Belongs to one thread. */
  static final class Wait {
    private final String what;
    private final LongSupplier arrived;
    private final Consumer<String> lines;
    private final Duration silent;
    private final Duration most;
    private final long begun = System.nanoTime();

    private boolean said;
    private long bytes = -1;
    private long since = begun;

    /**
     * @param what messages call what is fetched
     * @param arrived bytes that the other has; while they grow, the wait goes on
     * @param lines takes the line that says for whom it waits
     * @param silent before that line
     * @param most without a byte more, before the wait ends
     */
    Wait(
        String what, LongSupplier arrived, Consumer<String> lines, Duration silent, Duration most) {
      this.what = what;
      this.arrived = arrived;
      this.lines = lines;
      this.silent = silent;
      this.most = most;
    }

    private void goOn(String holder, Path lock) {
      long now = System.nanoTime();
      long there = arrived.getAsLong();
      if (there != bytes) {
        bytes = there;
        since = now;
      }
      if (!said && now - begun >= silent.toNanos()) {
        said = true;
        lines.accept(
            what + " is being fetched by " + holder + ", which holds " + lock + "; waiting");
      }
      InputException.require(
          now - since < most.toNanos(),
          what,
          "is locked by " + holder + ", which has fetched nothing for " + most.toSeconds() + " s",
          "end that, or remove " + lock);
    }
  }
}
