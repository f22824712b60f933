package dev.deed.sound;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a track, decoded as they are read. Ends with an {@link EOFException} where the
 * file is cut off. A decoder's failure becomes an {@link IOException}, whatever it is.
 */
final class DecodedStream extends InputStream {
  /** Of a second: what the end of MP3 may lack of the stated length, as encoders count apart. */
  private static final double SLACK = 0.1;

  /** Samples of each channel, of silence at a time. */
  private static final int PAUSE = 4096;

  /** Of a frame of FLAC, whose decoder sees by it that the file is cut off. */
  private static final byte[] BEGUN = {-1};

  private final Packets packets;
  private final Track track;
  private final int frameBytes;
  private Coding.@Nullable Decoder decoder;

  private byte[] block = new byte[0];
  private int at;

  /** Bytes that are still to be left out, and to come; the latter −1: as many as there are. */
  private long delay;

  private long left;

  /**
   * @throws UnreadCoding when the first packet tells of more than headers do
   */
  DecodedStream(Packets packets) throws IOException {
    this.packets = packets;
    this.track = packets.track();
    this.frameBytes = Short.BYTES * track.channels();
    this.delay = track.delay() * frameBytes;
    this.left = track.frames() < 0 ? -1 : track.frames() * frameBytes;
    if (track.coding() == Coding.AAC) {
      advance();
    } else if (track.coding() == Coding.FLAC) {
      block = track.headers().getFirst();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = readNBytes(1);
    return one.length == 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @return 0 for a packet without samples, so that whoever reads many of them can stop in between
   */
  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (at == block.length && (left == 0 || !advance())) {
      return -1;
    }
    int count = Math.min(length, block.length - at);
    System.arraycopy(block, at, to, from, count);
    at += count;
    return count;
  }

  /** Decodes a packet; false at the end. */
  private boolean advance() throws IOException {
    byte[] packet;
    try {
      packet = packets.next();
    } catch (EOFException e) {
      if (track.coding() != Coding.FLAC) {
        throw e;
      }
      block = BEGUN;
      at = 0;
      left = 0;
      return true;
    } catch (RuntimeException e) {
      throw new IOException("its tables are damaged", e);
    }
    if (packet == null) {
      if (track.coding() == Coding.MP3 && left > SLACK * track.rate() * frameBytes) {
        throw new EOFException("the file ends before its sound");
      }
      // All packets are there: others leave pauses out, which their times count.
      block = new byte[(int) Math.clamp(left, 0, (long) PAUSE * frameBytes)];
      left = left < 0 ? 0 : left - block.length;
      at = 0;
      return block.length > 0;
    }
    block = decode(packet);
    at = (int) Math.min(delay, block.length);
    delay -= at;
    if (left >= 0) {
      int kept = (int) Math.min(left, block.length - at);
      left -= kept;
      block = Arrays.copyOf(block, at + kept);
    }
    return true;
  }

  /** Decoders meet broken data with all sorts of exceptions. */
  private byte[] decode(byte[] packet) throws IOException {
    try {
      if (decoder == null) {
        decoder = track.coding().open(track);
      }
      return decoder.decode(packet);
    } catch (UnreadCoding e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      throw new IOException("a packet of its " + track.coding() + " cannot be decoded", e);
    }
  }
}
