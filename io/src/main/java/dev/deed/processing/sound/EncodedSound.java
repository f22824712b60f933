package dev.deed.processing.sound;

import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The bytes of a sound file, in memory or on a disk. */
sealed interface EncodedSound {
  /** How many there are. */
  long length();

  /** The first bytes, fewer of a shorter file. */
  byte[] head(int count);

  /** The last bytes, fewer of a shorter file. */
  byte[] tail(int count);

  /** All of them. */
  byte[] all();

  /**
   * @param bytes not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  record InMemory(byte[] bytes) implements EncodedSound {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public byte[] head(int count) {
      return Arrays.copyOf(bytes, Math.min(count, bytes.length));
    }

    @Override
    public byte[] tail(int count) {
      return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - count), bytes.length);
    }

    @Override
    public byte[] all() {
      return bytes;
    }
  }

  /**
   * @param name what messages call the file
   * @param length of a regular file, when it was looked at
   */
  record OnDisk(String name, Path file, long length) implements EncodedSound {
    /**
     * @throws dev.deed.value.InputException when it is no regular file, or cannot be read
     */
    static OnDisk of(String name, Path file) {
      RegularFile.require(name, file);
      try {
        return new OnDisk(name, file, Files.size(file));
      } catch (IOException e) {
        throw IoReason.unreadable(name, e);
      }
    }

    @Override
    public byte[] head(int count) {
      return part(0, count);
    }

    @Override
    public byte[] tail(int count) {
      return part(Math.max(0, length - count), count);
    }

    @Override
    public byte[] all() {
      return part(0, (int) length);
    }

    private byte[] part(long from, int most) {
      try (SeekableByteChannel in = Files.newByteChannel(file)) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most, length - from));
        in.position(from);
        while (bytes.hasRemaining() && in.read(bytes) >= 0) {
          continue;
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
      } catch (IOException e) {
        throw IoReason.unreadable(name, e);
      }
    }
  }
}
