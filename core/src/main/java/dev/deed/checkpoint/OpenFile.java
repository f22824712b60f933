package dev.deed.checkpoint;

import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A file of weights open for reading. It is read piece by piece, not mapped: the pages of a mapping
 * count as memory of the process, beside the weights packed from them. Thread-safe.
 *
 * @param size in bytes when it was opened
 */
public record OpenFile(Path path, FileChannel channel, long size) implements AutoCloseable {
  /**
   * @throws InputException when it is missing, no regular file, or may not be read
   */
  public static OpenFile open(Path path) {
    RegularFile.require(path.toString(), path);
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return new OpenFile(path, channel, channel.size());
    } catch (IOException e) {
      close(channel);
      throw unreadable(path, e);
    }
  }

  /**
   * Reads {@code count} bytes.
   *
   * @throws IndexOutOfBoundsException if the file has fewer
   */
  public byte[] bytes(long position, int count) {
    Objects.checkFromIndexSize(position, count, size);
    byte[] bytes = new byte[count];
    read(position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /**
   * A part of the file as the data of a tensor.
   *
   * @throws IndexOutOfBoundsException if it reaches beyond the file
   */
  public TensorData region(long begin, long bytes) {
    Objects.checkFromIndexSize(begin, bytes, size);
    return new Region(this, begin, bytes);
  }

  /** A part of the file, mapped until the arena is closed: for access in any order. */
  public MemorySegment map(long begin, long bytes, Arena arena) {
    Objects.checkFromIndexSize(begin, bytes, size);
    try {
      return channel.map(FileChannel.MapMode.READ_ONLY, begin, bytes, arena);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written: there is nothing to lose.
      return;
    }
  }

  private void read(long position, ByteBuffer target) {
    try {
      while (target.hasRemaining()) {
        int read = channel.read(target, position);
        if (read < 0) {
          throw new InputException(
              path.toString(), "became shorter while it was read", "open it again");
        }
        position += read;
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static RuntimeException unreadable(Path path, IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return new CancellationException("reading " + path + ": stopped");
    }
    String reason =
        e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
    return new InputException(
        path.toString(), "cannot be read (" + reason + ")", "check the path and its permissions");
  }

  private record Region(OpenFile file, long begin, long size) implements TensorData {
    /** What the channel reads at once: it passes longer reads through a buffer of their length. */
    private static final int CHUNK = 1 << 20;

    @Override
    public void read(long position, MemorySegment target) {
      Objects.checkFromIndexSize(position, target.byteSize(), size);
      long done = 0;
      while (done < target.byteSize()) {
        long count = Math.min(CHUNK, target.byteSize() - done);
        file.read(begin + position + done, target.asSlice(done, count).asByteBuffer());
        done += count;
      }
    }
  }
}
