package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.PcmFormat.Coding;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * WAV (RIFF, and RF64 of EBU Tech 3306): chunks of a name of four letters, a length and as many
 * bytes, filled up to an even number. The format must come before the samples; other chunks are
 * passed over. Samples are numbers or G.711's.
 */
final class WavFile {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;

  /** What pipes write for a length that is not known, and RF64 for one that stands elsewhere. */
  private static final long NOT_HERE = 0xffff_ffffL;

  /** SoX and arecord write a length in this range for one that is not known. */
  private static final long LEAST_GUESS = 0x7fff_0000L;

  private static final long LARGEST_GUESS = 0x8000_0000L;

  /** Far beyond what any file has. */
  private static final long MOST_STATED = 1L << 50;

  /** Far beyond what any chunk but that of the samples has, of those that are looked at. */
  private static final int MOST_OF_HEADER = 1 << 16;

  private static final int FORMAT_BYTES = 16;
  private static final int EXTENDED_BYTES = 40;
  private static final int SUBFORMAT = 24;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final int EXTENSIBLE = 0xfffe;

  private WavFile() {}

  /**
   * How much came.
   *
   * @param missing as {@link Waveform#missing}
   */
  record Decoded(double seconds, double missing) {}

  static double decode(
      byte[] file, SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output) {
    InputStream in = new ByteArrayInputStream(file);
    return decode(in, file.length, limits, interruption, output).missing();
  }

  /**
   * Reads a WAV as it comes.
   *
   * @param bytes that there are; {@link Long#MAX_VALUE} where that is not known
   * @throws dev.deed.value.InputException when it ends before its samples
   */
  static Decoded decode(
      InputStream in,
      long bytes,
      SoundLimits limits,
      Interruption interruption,
      IntFunction<SampleSink> output) {
    long size = next(in, HEADER).getInt(4) & NOT_HERE;
    PcmFormat format = null;
    long elsewhere = NOT_HERE;
    long at = HEADER;
    while (true) {
      ByteBuffer head = next(in, CHUNK_HEADER);
      String name = new String(head.array(), 0, 4, StandardCharsets.ISO_8859_1);
      long length = head.getInt(4) & NOT_HERE;
      at += CHUNK_HEADER;
      long left = bytes - at;
      if (name.equals("data")) {
        if (format == null) {
          throw BadSound.damaged("its samples come before their format");
        }
        // A recorder that died has not said yet how much it wrote.
        boolean isOpen = length == 0 && size < at;
        long declared = length == NOT_HERE ? elsewhere : isOpen ? NOT_HERE : length;
        boolean isKnown =
            declared < LEAST_GUESS || declared > LARGEST_GUESS && declared != NOT_HERE;
        BadSound.damagedIf(
            isKnown && (declared < 0 || declared > MOST_STATED),
            "its samples take " + declared + " bytes");
        long there = bytes == Long.MAX_VALUE ? bytes : left;
        long count = isKnown ? Math.min(declared, there) : there;
        SampleSink out = output.apply(format.rate());
        long frames = format.decode(in, count, limits, interruption, out);
        long missing = isKnown ? format.frames(declared) - frames : 0;
        double rate = format.rate();
        return new Decoded(frames / rate, missing / rate);
      }
      BadSound.truncatedIf(length > left);
      if (name.equals("fmt ") || name.equals("ds64")) {
        BadSound.damagedIf(length > MOST_OF_HEADER, "a header of it has " + length + " bytes");
        ByteBuffer chunk = next(in, (int) length);
        if (name.equals("fmt ")) {
          format = format(chunk, limits);
        } else if (length >= 2 * Long.BYTES) {
          elsewhere = chunk.getLong(Long.BYTES);
        }
        skip(in, length & 1);
      } else {
        skip(in, length + (length & 1));
      }
      at += length + (length & 1);
    }
  }

  private static ByteBuffer next(InputStream in, int count) {
    try {
      byte[] bytes = in.readNBytes(count);
      BadSound.truncatedIf(bytes.length < count);
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void skip(InputStream in, long count) {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw BadSound.truncated();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PcmFormat format(ByteBuffer chunk, SoundLimits limits) {
    BadSound.damagedIf(chunk.limit() < FORMAT_BYTES, "its format has " + chunk.limit() + " bytes");
    int tag = chunk.getShort(0) & 0xffff;
    int channels = chunk.getShort(2) & 0xffff;
    long rate = chunk.getInt(4) & NOT_HERE;
    int frameBytes = chunk.getShort(12) & 0xffff;
    int bits = chunk.getShort(14) & 0xffff;
    if (tag == EXTENSIBLE && chunk.limit() >= EXTENDED_BYTES) {
      tag = chunk.getShort(SUBFORMAT) & 0xffff;
    }
    int bytes = Math.ceilDiv(bits, Byte.SIZE);
    boolean isRead =
        switch (tag) {
          case PCM -> bytes >= 1 && bytes <= 4;
          case FLOAT -> bits == 32 || bits == 64;
          case A_LAW, MU_LAW -> bits == 8;
          default -> false;
        };
    BadSound.unsupportedIf(
        !isRead,
        "the WAV holds samples of kind %d with %d bits".formatted(tag, bits),
        "convert it to PCM of 8, 16, 24 or 32 bits");
    limits.check(rate, channels, 0);
    BadSound.damagedIf(
        frameBytes != channels * bytes,
        "%d channels of %d bits do not take %d bytes".formatted(channels, bits, frameBytes));
    Coding coding =
        switch (tag) {
          case FLOAT -> Coding.FLOAT;
          case A_LAW -> Coding.A_LAW;
          case MU_LAW -> Coding.MU_LAW;
          default -> bytes == 1 ? Coding.UNSIGNED : Coding.SIGNED;
        };
    return new PcmFormat((int) rate, channels, coding, bytes, ByteOrder.LITTLE_ENDIAN);
  }
}
