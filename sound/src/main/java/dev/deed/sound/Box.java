package dev.deed.sound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A box of MP4 (ISO/IEC 14496-12) in memory: numbers, the highest byte first, or other boxes.
 *
 * @param bytes without size and kind
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over
record Box(String kind, byte[] bytes) {
  private static final int SHORTEST = 8;
  private static final int LONG = 16;

  /** Boxes in one; each takes more memory than of the file. */
  private static final int MOST = 10_000;

  /** What a file says of the box at its place, which is then behind size and kind. */
  record Head(String kind, long end) {}

  /**
   * @throws java.io.EOFException when the file ends within the head
   */
  static Head head(Source in) throws IOException {
    long from = in.place();
    long size = in.number(Integer.BYTES);
    String kind = new String(in.bytes(Integer.BYTES), StandardCharsets.ISO_8859_1);
    int head = size == 1 ? LONG : SHORTEST;
    if (size == 1) {
      size = in.number(Long.BYTES);
    } else if (size == 0) {
      size = in.length() - from;
    }
    if (size < head || size > Long.MAX_VALUE - from) {
      throw new IOException("a box has %d bytes, at byte %d".formatted(size, from));
    }
    return new Head(kind, from + size);
  }

  /** The boxes in it, behind its own fields. */
  List<Box> boxes(int fields) throws IOException {
    List<Box> boxes = new ArrayList<>();
    Source in = new Source(new ByteArrayInputStream(bytes));
    in.seek(fields);
    while (in.length() - in.place() >= SHORTEST) {
      if (boxes.size() == MOST) {
        throw new IOException("a box %s holds over %d others".formatted(kind, MOST));
      }
      Head head = head(in);
      boxes.add(new Box(head.kind, in.bytes(head.end - in.place())));
    }
    return boxes;
  }

  /** The same without fields before its boxes. */
  Box behind(int fields) {
    return new Box(kind, Arrays.copyOfRange(bytes, fields, bytes.length));
  }

  /** The first box of a path below it; null where there is none. */
  @Nullable Box find(String... path) throws IOException {
    Box at = this;
    for (String kind : path) {
      at = at.boxes(0).stream().filter(box -> box.kind.equals(kind)).findFirst().orElse(null);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  /**
   * @throws IOException when there is none
   */
  Box require(String... path) throws IOException {
    Box found = find(path);
    if (found == null) {
      throw new IOException("it has no box " + String.join("/", Arrays.asList(path)));
    }
    return found;
  }

  /**
   * @throws IndexOutOfBoundsException when it ends before
   */
  long number(long at, int size) {
    return Source.number(bytes, Math.toIntExact(at), size);
  }

  int version() {
    return bytes[0];
  }
}
