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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file of a lock of the operating system: it says which process holds it. No link is followed,
 * and nothing is written into a file that is not such a one. Belongs to one thread at a time.
 *
 * @param channel to the file
 */
public record LockFile(FileChannel channel) implements AutoCloseable {
  /** What it holds when its owner is about to remove it. */
  static final String RELEASED = "released";

  private static final int MOST_BYTES = 32;

  /**
   * Makes the file, or opens the one that an earlier run left.
   *
   * @throws InputException when something else has its name
   * @throws java.nio.file.NoSuchFileException when its owner removed it meanwhile
   */
  public static LockFile open(Path file) throws IOException {
    return undisturbed(
        () -> {
          try {
            return new LockFile(
                FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
          } catch (FileAlreadyExistsException e) {
            return openExisting(file);
          }
        });
  }

  private static LockFile openExisting(Path file) throws IOException {
    requireOurs(file, RegularFile.isOwn(file) || !Files.exists(file, LinkOption.NOFOLLOW_LINKS));
    LockFile existing =
        new LockFile(
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
    try {
      requireOurs(file, existing.content().matches("\\d{0,20}|" + RELEASED));
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

  /**
   * Locks the file for this process.
   *
   * @return false when another process has it, or another channel of this one
   * @throws IOException on a file system that has no locks
   */
  public boolean lock() throws IOException {
    try {
      return undisturbed(channel::tryLock) != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** What it says: a process, or {@link #RELEASED}; nothing while it is being made. */
  public String content() throws IOException {
    // One more than there may be, so that nothing longer looks like one of ours.
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES + 1);
    undisturbed(() -> channel.read(bytes, 0));
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  /** Has it say something else. */
  public void mark(String content) throws IOException {
    undisturbed(
        () -> {
          channel.truncate(0);
          return channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)), 0);
        });
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @FunctionalInterface
  private interface Access<T> {
    T run() throws IOException;
  }

  /** An interrupt asks to stop; a channel that saw it would close in the middle of an access. */
  private static <T> T undisturbed(Access<T> access) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      return access.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
