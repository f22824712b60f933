package dev.deed.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes zip files of stored entries, honest and hostile ones. */
final class ZipBuilder {
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;
  private int method;
  private int shift;

  /** Entries from here on claim to be compressed. */
  ZipBuilder compressed() {
    method = 8;
    return this;
  }

  /** The directory places entries from here on as many bytes too far. */
  ZipBuilder shifted(int bytes) {
    shift = bytes;
    return this;
  }

  ZipBuilder entry(String name, byte[] content) {
    return entry(name, content, content.length);
  }

  /** An entry that claims another size than it has. */
  ZipBuilder entry(String name, byte[] content, int claimed) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int local = data.size() + shift;
    ByteBuffer head = buffer(30).putInt(0x04034b50).putShort(8, (short) method);
    head.putInt(18, claimed).putInt(22, claimed).putShort(26, (short) bytes.length);
    data.writeBytes(head.array());
    data.writeBytes(bytes);
    data.writeBytes(content);
    ByteBuffer entry = buffer(46).putInt(0x02014b50).putShort(10, (short) method);
    entry.putInt(20, claimed).putInt(24, claimed).putShort(28, (short) bytes.length);
    entry.putInt(42, local);
    directory.writeBytes(entry.array());
    directory.writeBytes(bytes);
    entries++;
    return this;
  }

  byte[] bytes() {
    return bytes(entries);
  }

  /** A file whose end claims another number of entries. */
  byte[] bytes(int claimedEntries) {
    ByteBuffer end = buffer(22).putInt(0x06054b50);
    end.putShort(8, (short) claimedEntries).putShort(10, (short) claimedEntries);
    end.putInt(12, directory.size()).putInt(16, data.size());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(data.toByteArray());
    all.writeBytes(directory.toByteArray());
    all.writeBytes(end.array());
    return all.toByteArray();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
