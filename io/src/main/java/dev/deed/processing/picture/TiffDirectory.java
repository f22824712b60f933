package dev.deed.processing.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The first directory of a TIFF structure (TIFF 6.0, section 2), as found in TIFF files and in the
 * Exif data of others. Entries whose values are not wholly inside the structure are left out, so
 * whatever is here can be read without further checks.
 */
final class TiffDirectory {
  static final int BYTE = 1;
  static final int ASCII = 2;
  static final int SHORT = 3;
  static final int LONG = 4;
  static final int UNDEFINED = 7;

  /** Bytes of a value of each type, 0 where no tag that is read here has it. */
  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1};

  /**
   * @param type type of the values
   * @param count how many values
   * @param at where they start in the data
   */
  record Entry(int type, int count, int at) {
    int bytes() {
      return count * SIZES[type];
    }
  }

  private final ByteBuffer data;
  private boolean complete;
  private final Map<Integer, Entry> entries = new HashMap<>();
  private final Set<Integer> leftOut = new HashSet<>();

  private TiffDirectory(byte[] data, boolean little) {
    this.data =
        ByteBuffer.wrap(data).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  /** Reads the structure between two offsets of {@code data}; empty when it is none. */
  static Optional<TiffDirectory> read(byte[] data, int start, int end) {
    if (end - start < 8) {
      return Optional.empty();
    }
    boolean little = data[start] == 'I';
    TiffDirectory directory = new TiffDirectory(data, little);
    if (data[start + 1] != data[start]
        || (!little && data[start] != 'M')
        || directory.int16(start + 2) != 42) {
      return Optional.empty();
    }
    long first = start + directory.int32(start + 4);
    if (first + 2 > end) {
      return Optional.empty();
    }
    int count = directory.int16((int) first);
    directory.complete = first + 2 + 12L * count <= end;
    for (int i = 0; i < count && first + 14 + 12L * i <= end; i++) {
      directory.note((int) first + 2 + 12 * i, start, end);
    }
    return Optional.of(directory);
  }

  private void note(int at, int start, int end) {
    int type = int16(at + 2);
    long count = int32(at + 4);
    int tag = int16(at);
    long bytes = type < 1 || type >= SIZES.length ? 0 : count * SIZES[type];
    long values = bytes <= 4 ? at + 8 : start + int32(at + 8);
    if (bytes == 0 || values + bytes > end) {
      leftOut.add(tag);
    } else {
      entries.put(tag, new Entry(type, (int) count, (int) values));
    }
  }

  ByteOrder order() {
    return data.order();
  }

  /** Whether all its entries are there, if not the values that they refer to. */
  boolean complete() {
    return complete;
  }

  /** Whether an entry was left out because it has no values that can be read. */
  boolean isLeftOut(int tag) {
    return leftOut.contains(tag);
  }

  Optional<Entry> entry(int tag) {
    return Optional.ofNullable(entries.get(tag));
  }

  /** The first value of a tag, if it has one that is a whole number. */
  OptionalLong number(int tag) {
    long[] all = numbers(tag, 1);
    return all.length == 0 ? OptionalLong.empty() : OptionalLong.of(all[0]);
  }

  /** The first {@code most} values of a tag, if whole numbers; none when it is not there. */
  long[] numbers(int tag, int most) {
    Entry entry = entries.get(tag);
    if (entry == null || (entry.type != BYTE && entry.type != SHORT && entry.type != LONG)) {
      return new long[0];
    }
    long[] values = new long[Math.min(most, entry.count)];
    for (int i = 0; i < values.length; i++) {
      int at = entry.at + i * SIZES[entry.type];
      values[i] =
          switch (entry.type) {
            case BYTE -> data.get(at) & 0xff;
            case SHORT -> int16(at);
            default -> int32(at);
          };
    }
    return values;
  }

  private int int16(int at) {
    return Short.toUnsignedInt(data.getShort(at));
  }

  private long int32(int at) {
    return Integer.toUnsignedLong(data.getInt(at));
  }
}
