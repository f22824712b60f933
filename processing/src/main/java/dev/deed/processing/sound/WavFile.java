package dev.deed.processing.sound;

import dev.deed.checkpoint.Interruption;
import dev.deed.processing.sound.PcmFormat.Coding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * WAV (RIFF, and RF64 of EBU Tech 3306): chunks of a name of four letters, a length and as many
 * bytes, filled up to an even number. The format must come before the samples; other chunks are
 * passed over.
 */
final class WavFile {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;

  /** What pipes write for a length that is not known, and RF64 for one that stands elsewhere. */
  private static final long NOT_HERE = 0xffff_ffffL;

  private static final int FORMAT_BYTES = 16;
  private static final int EXTENDED_BYTES = 40;
  private static final int SUBFORMAT = 24;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xfffe;

  private WavFile() {}

  /** Reads the format and all samples. */
  static void decode(
      byte[] file, SoundLimits limits, Interruption interruption, SoundDecoder.Output output)
      throws BadSoundException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    PcmFormat format = null;
    long elsewhere = NOT_HERE;
    int at = HEADER;
    while (file.length - at >= CHUNK_HEADER) {
      String name = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      long length = bytes.getInt(at + 4) & NOT_HERE;
      at += CHUNK_HEADER;
      int left = file.length - at;
      if (name.equals("data")) {
        if (format == null) {
          throw BadSoundException.damaged("its samples come before their format");
        }
        long stated = length == NOT_HERE ? elsewhere : length;
        int count = stated == NOT_HERE ? left : requireThere(stated, left);
        PcmSamples.decode(
            format, bytes.slice(at, count), limits, interruption, output.at(format.rate()));
        return;
      }
      requireThere(length, left);
      if (name.equals("fmt ")) {
        format = format(bytes.slice(at, (int) length).order(ByteOrder.LITTLE_ENDIAN), limits);
      }
      if (name.equals("ds64") && length >= 2 * Long.BYTES) {
        elsewhere = bytes.getLong(at + Long.BYTES);
      }
      at = (int) Math.min(at + length + (length & 1), file.length);
    }
    throw BadSoundException.truncated();
  }

  private static int requireThere(long length, int left) throws BadSoundException {
    if (length < 0 || length > left) {
      throw BadSoundException.truncated();
    }
    return (int) length;
  }

  private static PcmFormat format(ByteBuffer chunk, SoundLimits limits) throws BadSoundException {
    if (chunk.limit() < FORMAT_BYTES) {
      throw BadSoundException.damaged("its format has " + chunk.limit() + " bytes");
    }
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
        tag == PCM ? bytes >= 1 && bytes <= 4 : tag == FLOAT && (bits == 32 || bits == 64);
    if (!isRead) {
      throw BadSoundException.unsupported(
          "the WAV holds samples of kind %d with %d bits".formatted(tag, bits),
          "convert it to PCM of 8, 16, 24 or 32 bits");
    }
    limits.check(rate, channels, 0);
    if (frameBytes != channels * bytes) {
      throw BadSoundException.damaged(
          "%d channels of %d bits do not take %d bytes".formatted(channels, bits, frameBytes));
    }
    Coding coding = tag == FLOAT ? Coding.FLOAT : bytes == 1 ? Coding.UNSIGNED : Coding.SIGNED;
    return new PcmFormat((int) rate, channels, coding, bytes, ByteOrder.LITTLE_ENDIAN);
  }
}
