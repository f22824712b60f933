package dev.deed.hub;

import dev.deed.files.LockFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A wait for another process or thread that fetches the same file: one at a time does. The lock's
 * own file stays, as other clients' do. Belongs to one thread.
 */
final class LockWait {
  private static final Duration PAUSE = Duration.ofMillis(100);

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
  LockWait(
      String what, LongSupplier arrived, Consumer<String> lines, Duration silent, Duration most) {
    this.what = what;
    this.arrived = arrived;
    this.lines = lines;
    this.silent = silent;
    this.most = most;
  }

  /**
   * Waits for the lock. Where the file system has none, two processes may fetch the same file, each
   * its own, and both are checked.
   *
   * @throws InputException when its holder gets on too little, or the file is a link or no lock
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  LockFile take(Path path) throws IOException {
    while (true) {
      try {
        return LockFile.take(path);
      } catch (LockFile.Held e) {
        goOn(holder(e.process()), path);
      } catch (NoSuchFileException e) {
        goOn(holder(""), path);
      }
      Waiting.sleep(PAUSE);
    }
  }

  /** Other clients leave the file empty. */
  private static String holder(@Nullable String process) {
    return process == null
        ? "another thread of this process"
        : process.isEmpty() ? "another process" : "process " + process;
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
      lines.accept(what + " is being fetched by " + holder + ", which holds " + lock + "; waiting");
    }
    InputException.require(
        now - since < most.toNanos(),
        what,
        "is locked by " + holder + ", which has fetched nothing for " + most.toSeconds() + " s",
        "end that, or remove " + lock);
  }
}
