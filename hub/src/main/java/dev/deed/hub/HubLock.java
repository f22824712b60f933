package dev.deed.hub;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * One process and thread at a time fetches a file. The lock's own file stays, as other clients' do.
 */
final class HubLock implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileChannel channel;

  private HubLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  static HubLock take(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (!isLocked(channel)) {
        Waiting.sleep(PAUSE);
      }
      return new HubLock(channel);
    } catch (ClosedByInterruptException e) {
      throw Waiting.stopped();
    } catch (IOException e) {
      // A file system without locks: two processes may fetch the same file, and both are checked.
      return new HubLock(channel);
    } catch (RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
