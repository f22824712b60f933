package dev.deed.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream as bytes; of a line over the limit only that it is too long. Belongs to one
 * thread.
 */
public final class LineSource implements AutoCloseable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** A line that is still longer has no end, as far as anybody would wait for it. */
  private static final long MOST_SKIPPED = 4L << 30;

  private final InputStream in;
  private final int mostBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int filled;
  private long before;
  private long number;
  private boolean tooLong;
  private boolean ended;

  /**
   * @param in is closed in the end
   * @param mostBytes of a line, its end apart
   */
  public LineSource(InputStream in, int mostBytes) {
    this.in = in;
    this.mostBytes = mostBytes;
  }

  /**
   * The next line without its end, empty if it is too long; {@code null} after the last.
   *
   * @throws IOException when the stream fails, or a line seems to have no end
   */
  public byte @Nullable [] next() throws IOException {
    if (number == 0) {
      skipByteOrderMark();
    }
    if (next == filled && !fill()) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    long length = 0;
    ended = false;
    while (!ended && (next < filled || fill())) {
      int end = next;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      length += end - next;
      if (length > MOST_SKIPPED) {
        throw new IOException("line " + (number + 1) + " does not end");
      }
      if (length <= mostBytes) {
        line.write(buffer, next, end - next);
      }
      ended = end < filled;
      next = ended ? end + 1 : end;
    }
    number++;
    tooLong = length > mostBytes;
    return tooLong ? new byte[0] : line.toByteArray();
  }

  /** Reads on; all that was read before is used up. */
  private boolean fill() throws IOException {
    before += filled;
    next = 0;
    filled = Math.max(0, in.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  private void skipByteOrderMark() throws IOException {
    int matched = 0;
    while (matched < BYTE_ORDER_MARK.length) {
      if (matched == filled) {
        // Behind what is there: only a mark is waited for.
        int more = in.read(buffer, filled, BYTE_ORDER_MARK.length - filled);
        if (more <= 0) {
          return;
        }
        filled += more;
      }
      if (buffer[matched] != BYTE_ORDER_MARK[matched]) {
        return;
      }
      matched++;
    }
    next = matched;
  }

  /** Number of the line given last, from 1. */
  public long number() {
    return number;
  }

  /** Whether the line given last was over the limit. */
  public boolean tooLong() {
    return tooLong;
  }

  /** Whether the line given last has its end: the last line of a file may be torn. */
  public boolean ended() {
    return ended;
  }

  /** Bytes of the stream up to the end of the line given last. */
  public long position() {
    return before + next;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
