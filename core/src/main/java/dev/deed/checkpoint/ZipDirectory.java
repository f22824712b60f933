package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the entries of a zip file lie (PKWARE's APPNOTE, 64-bit extensions included). The JDK's
 * reader does not tell, and tensors are read in place: {@code torch.save} stores them uncompressed.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xffff;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int EXTRA_64 = 1;
  private static final long IN_EXTRA = 0xffff_ffffL;
  private static final int ENCRYPTED = 1;

  /** Far above any checkpoint: about 60 bytes are spent on a tensor. */
  private static final int MAX_DIRECTORY_BYTES = 16 << 20;

  private final OpenFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long directoryStart;

  private record Entry(int flags, int method, long packed, long size, long local) {}

  /** The bytes of an entry within the file. */
  record Place(long begin, long size) {}

  private ZipDirectory(OpenFile file) {
    this.file = file;
  }

  /**
   * Reads the directory at the end of a file.
   *
   * @throws InputException when there is none, or it is damaged
   */
  static ZipDirectory read(OpenFile file) {
    ZipDirectory directory = new ZipDirectory(file);
    directory.readEnd();
    return directory;
  }

  Iterable<String> names() {
    return entries.keySet();
  }

  /**
   * Where an entry's bytes are; null when there is no such entry.
   *
   * @throws InputException when it is compressed or encrypted, or lies outside the file
   */
  @Nullable Place find(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    if (entry.method != 0 || (entry.flags & ENCRYPTED) != 0 || entry.packed != entry.size) {
      throw new InputException(
          file.path() + ": " + Rebuilding.shown(name),
          "is compressed or encrypted, which torch.save never does",
          "save it with torch.save");
    }
    ByteBuffer local = buffer(entry.local, LOCAL_BYTES);
    int nameBytes = local.getShort(26) & 0xffff;
    long begin = entry.local + LOCAL_BYTES + nameBytes + (local.getShort(28) & 0xffff);
    boolean inside = begin <= directoryStart && entry.size <= directoryStart - begin;
    if (local.getInt(0) != LOCAL
        || !inside
        || !name.equals(text(buffer(entry.local + LOCAL_BYTES, nameBytes)))) {
      throw broken("puts " + Rebuilding.shown(name) + " where it is not");
    }
    return new Place(begin, entry.size);
  }

  private void readEnd() {
    int tail = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer bytes = buffer(file.size() - tail, tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (bytes.getInt(at) == END && (bytes.getShort(at + 20) & 0xffff) == tail - at - END_BYTES) {
        long count = bytes.getShort(at + 10) & 0xffff;
        long size = bytes.getInt(at + 12) & IN_EXTRA;
        long start = bytes.getInt(at + 16) & IN_EXTRA;
        readDirectory(end64(file.size() - tail + at, new End(count, size, start)));
        return;
      }
    }
    throw broken("has no zip directory at its end");
  }

  private record End(long count, long size, long start) {}

  /** The 64-bit record in front of the end, where there is one. */
  private End end64(long at, End small) {
    if (at < LOCATOR_64_BYTES) {
      return small;
    }
    ByteBuffer locator = buffer(at - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
    if (locator.getInt(0) != LOCATOR_64) {
      return small;
    }
    ByteBuffer end = buffer(locator.getLong(8), END_64_BYTES);
    if (end.getInt(0) != END_64) {
      throw broken("has no 64-bit directory where it says");
    }
    return new End(end.getLong(32), end.getLong(40), end.getLong(48));
  }

  private void readDirectory(End end) {
    if (end.size < 0 || end.size > MAX_DIRECTORY_BYTES || end.count > end.size / ENTRY_BYTES) {
      throw broken("claims a directory of " + end.size + " bytes for " + end.count + " entries");
    }
    directoryStart = end.start;
    ByteBuffer bytes = buffer(end.start, (int) end.size);
    for (long i = 0; i < end.count; i++) {
      if (bytes.remaining() < ENTRY_BYTES || bytes.getInt(bytes.position()) != ENTRY) {
        throw broken("has a damaged directory");
      }
      ByteBuffer fixed = part(bytes, ENTRY_BYTES);
      String name = text(part(bytes, fixed.getShort(28) & 0xffff));
      ByteBuffer extra = part(bytes, fixed.getShort(30) & 0xffff);
      part(bytes, fixed.getShort(32) & 0xffff);
      if (entries.put(name, entry(fixed, extra)) != null || leavesFolder(name)) {
        throw broken("has the entry " + Rebuilding.shown(name) + " twice or outside of its folder");
      }
    }
  }

  private Entry entry(ByteBuffer fixed, ByteBuffer extra) {
    long packed = fixed.getInt(20) & IN_EXTRA;
    long size = fixed.getInt(24) & IN_EXTRA;
    long local = fixed.getInt(42) & IN_EXTRA;
    while (extra.remaining() >= 4) {
      int kind = extra.getShort() & 0xffff;
      ByteBuffer field = part(extra, extra.getShort() & 0xffff);
      if (kind == EXTRA_64) {
        // Only what does not fit above is there, in this order.
        size = size == IN_EXTRA ? long64(field) : size;
        packed = packed == IN_EXTRA ? long64(field) : packed;
        local = local == IN_EXTRA ? long64(field) : local;
      }
    }
    return new Entry(fixed.getShort(8), fixed.getShort(10), packed, size, local);
  }

  private long long64(ByteBuffer field) {
    long value = field.remaining() < Long.BYTES ? -1 : field.getLong();
    if (value < 0) {
      throw broken("has a damaged directory");
    }
    return value;
  }

  private ByteBuffer part(ByteBuffer from, int count) {
    if (count > from.remaining()) {
      throw broken("has a damaged directory");
    }
    ByteBuffer part = from.slice(from.position(), count).order(ByteOrder.LITTLE_ENDIAN);
    from.position(from.position() + count);
    return part;
  }

  private ByteBuffer buffer(long position, int count) {
    if (position < 0 || position > file.size() || count > file.size() - position) {
      throw broken("has a zip directory that points outside of the file");
    }
    return ByteBuffer.wrap(file.bytes(position, count)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Nothing is written under these names; a file that tries is no checkpoint all the same. */
  private static boolean leavesFolder(String name) {
    return name.startsWith("/")
        || name.contains("\\")
        || Arrays.asList(name.split("/", -1)).contains("..");
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private InputException broken(String why) {
    return new InputException(
        file.path().toString(), why, "the file is damaged or cut short, fetch it again");
  }
}
