package dev.deed.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes FLACs of few bytes and many samples: every frame of 65,535 samples states one number for
 * each channel.
 */
public final class ConstantFlac {
  private static final int FRAME = 65_535;
  private static final int BITS = 24;

  private ConstantFlac() {}

  /**
   * A FLAC.
   *
   * @param frames samples of each channel
   * @param claimed how many its header states; 0: it states none
   * @param digest whether it states an MD5, which is wrong
   */
  public static byte[] of(int rate, int channels, long frames, long claimed, boolean digest) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("fLaC".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer stream = ByteBuffer.allocate(4 + 34);
    stream.putInt(0x80 << 24 | 34).putShort((short) FRAME).putShort((short) FRAME);
    stream.putShort((short) 0).putInt(0);
    stream.putLong(
        (long) rate << 44 | (channels - 1L) << 41 | (BITS - 1L) << 36 | claimed & (1L << 36) - 1);
    stream.put((byte) (digest ? 1 : 0));
    file.writeBytes(stream.array());
    long left = frames;
    for (int number = 0; left > 0; number++) {
      int count = (int) Math.min(FRAME, left);
      file.writeBytes(frame(channels, count, number));
      left -= count;
    }
    return file.toByteArray();
  }

  private static byte[] frame(int channels, int count, int number) {
    ByteBuffer frame = ByteBuffer.allocate(16 + channels * 4);
    frame.putShort((short) 0xfff8).put((byte) 0x70).put((byte) (channels - 1 << 4));
    // A number is coded as UTF-8 codes characters.
    frame.put(Character.toString(number).getBytes(StandardCharsets.UTF_8));
    frame.putShort((short) (count - 1));
    frame.put((byte) crc(frame, 8, 0x07));
    for (int channel = 0; channel < channels; channel++) {
      // A subframe of one number, and the number.
      frame.putInt(1 + (number * 31 + channel * 977) % 100_000);
    }
    frame.putShort((short) crc(frame, 16, 0x8005));
    byte[] bytes = new byte[frame.position()];
    frame.get(0, bytes);
    return bytes;
  }

  private static int crc(ByteBuffer bytes, int width, int polynomial) {
    int rest = 0;
    for (int i = 0; i < bytes.position(); i++) {
      rest ^= (bytes.get(i) & 0xff) << width - Byte.SIZE;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        rest = rest << 1 ^ (rest >> width - 1 & 1) * polynomial;
      }
      rest &= (1 << width) - 1;
    }
    return rest;
  }
}
