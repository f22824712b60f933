package dev.deed.fuzz;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** PNG whose checksums are made right, so that changes reach what lies behind them. */
final class PngFuzz {
  private static final int SIGNATURE = 8;

  private PngFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    PictureFuzz.fuzzerTestOneInput(withChecksums(bytes));
  }

  /** Chunks are a length, a name of four letters, as many bytes, and the checksum of both. */
  private static byte[] withChecksums(byte[] bytes) {
    byte[] sound = bytes.clone();
    ByteBuffer buffer = ByteBuffer.wrap(sound);
    int at = SIGNATURE;
    while (at + 12 <= sound.length) {
      long length = buffer.getInt(at) & 0xffff_ffffL;
      if (length > sound.length - at - 12) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(sound, at + 4, (int) length + 4);
      buffer.putInt(at + 8 + (int) length, (int) crc.getValue());
      at += 12 + (int) length;
    }
    return sound;
  }
}
