package dev.deed.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as bytes; of a line over the limit only that it is too long. */
final class LineSource implements AutoCloseable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final int mostBytes;
  private long number;
  private boolean tooLong;

  LineSource(InputStream in, int mostBytes) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.mostBytes = mostBytes;
  }

  /** The next line without its end, empty if it is too long; {@code null} after the last. */
  byte @Nullable [] next() throws IOException {
    if (number == 0) {
      skipByteOrderMark();
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    tooLong = false;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (line.size() == mostBytes) {
        tooLong = true;
      } else {
        line.write(b);
      }
    }
    number++;
    return tooLong ? new byte[0] : line.toByteArray();
  }

  private void skipByteOrderMark() throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    for (byte expected : BYTE_ORDER_MARK) {
      if ((byte) in.read() != expected) {
        in.reset();
        return;
      }
    }
  }

  /** Number of the line given last, from 1. */
  long number() {
    return number;
  }

  /** Whether the line given last was over the limit. */
  boolean tooLong() {
    return tooLong;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
