package dev.deed.processing.sound;

import dev.deed.value.InputException;

/**
 * One frame of FLAC (RFC 9639, section 9): some samples of all channels. Reads frame after frame.
 * Belongs to one thread.
 */
final class FlacFrame {
  /** Fourteen bits that begin a frame, and one that is reserved. */
  private static final int SYNC = 0x7ffc;

  private static final int LEFT_SIDE = 8;
  private static final int SIDE_RIGHT = 9;
  private static final int MIDDLE_SIDE = 10;

  /** Bits of a sample by their code; 0: those of the stream; −1: reserved. */
  private static final int[] BITS = {0, 8, 12, -1, 16, 20, 24, 32};

  /** Samples a second by their code, from 1 to 11. */
  private static final int[] RATES = {
    0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000
  };

  private final byte[] file;
  private final FlacStream stream;
  private final long[][] channels;
  private int count;
  private final double[][] samples;

  FlacFrame(byte[] file, FlacStream stream) {
    this.file = file;
    this.stream = stream;
    this.channels = new long[stream.channels()][0];
    this.samples = new double[stream.channels()][0];
  }

  /** How many samples each channel has. */
  int count() {
    return count;
  }

  /** Reads the frame at a place; returns the place behind it. */
  int read(int from) {
    FlacBits bits = new FlacBits(file, from);
    BadSound.damagedIf(
        bits.unsigned(15) != SYNC, "no frame is where one must begin, at byte " + from);
    bits.unsigned(1); // Frames of one size, or of several; their numbers are not looked at.
    int sizeCode = (int) bits.unsigned(4);
    int rateCode = (int) bits.unsigned(4);
    int assignment = (int) bits.unsigned(4);
    int bitsCode = (int) bits.unsigned(3);
    bits.unsigned(1);
    skipNumber(bits);
    count = size(sizeCode, bits);
    requireRate(rateCode, bits);
    requireSame(assignment, bitsCode);
    FlacChecksum.CRC8.require(file, from, bits.place(), (int) bits.unsigned(8));
    for (int channel = 0; channel < stream.channels(); channel++) {
      if (channels[channel].length < count) {
        channels[channel] = new long[count];
      }
      boolean side =
          assignment == SIDE_RIGHT ? channel == 0 : assignment >= LEFT_SIDE && channel == 1;
      FlacSubframe.read(bits, channels[channel], count, stream.bits() + (side ? 1 : 0));
    }
    bits.align();
    int end = bits.place();
    FlacChecksum.CRC16.require(file, from, end, (int) bits.unsigned(16));
    restore(assignment);
    return bits.place();
  }

  /** A number of 1 to 7 bytes, coded as UTF-8 codes characters. */
  private static void skipNumber(FlacBits bits) {
    int first = (int) bits.unsigned(8);
    int ones = Integer.numberOfLeadingZeros(~(first << 24));
    BadSound.damagedIf(ones == 1 || ones == 8, "a frame has no number");
    for (int more = 1; more < ones; more++) {
      bits.unsigned(8);
    }
  }

  private static int size(int code, FlacBits bits) {
    return switch (code) {
      case 0 -> throw BadSound.damaged("a frame has no size");
      case 1 -> 192;
      case 2, 3, 4, 5 -> 576 << code - 2;
      case 6 -> (int) bits.unsigned(8) + 1;
      case 7 -> (int) bits.unsigned(16) + 1;
      default -> 256 << code - 8;
    };
  }

  private void requireRate(int code, FlacBits bits) {
    int rate =
        switch (code) {
          case 0 -> stream.rate();
          case 12 -> 1000 * (int) bits.unsigned(8);
          case 13 -> (int) bits.unsigned(16);
          case 14 -> 10 * (int) bits.unsigned(16);
          case 15 -> -1;
          default -> RATES[code];
        };
    if (rate != stream.rate()) {
      throw changes("rate");
    }
  }

  private void requireSame(int assignment, int bitsCode) {
    int held = assignment < LEFT_SIDE ? assignment + 1 : assignment <= MIDDLE_SIDE ? 2 : -1;
    if (held != stream.channels()) {
      throw changes("number of channels");
    }
    if (BITS[bitsCode] != 0 && BITS[bitsCode] != stream.bits()) {
      throw changes("size of samples");
    }
  }

  private static InputException changes(String what) {
    return BadSound.damaged("a frame has another " + what + " than the stream");
  }

  /** From what two channels have in common and where they differ back to both. */
  private void restore(int assignment) {
    if (assignment < LEFT_SIDE) {
      return;
    }
    long[] a = channels[0];
    long[] b = channels[1];
    for (int i = 0; i < count; i++) {
      switch (assignment) {
        case LEFT_SIDE -> b[i] = a[i] - b[i];
        case SIDE_RIGHT -> a[i] += b[i];
        default -> {
          long sum = a[i] << 1 | b[i] & 1;
          a[i] = sum + b[i] >> 1;
          b[i] = sum - b[i] >> 1;
        }
      }
    }
  }

  /** The samples of each channel, −1 to 1; overwritten by the next frame. */
  double[][] samples() {
    double scale = 1L << stream.bits() - 1;
    for (int channel = 0; channel < channels.length; channel++) {
      if (samples[channel].length < count) {
        samples[channel] = new double[count];
      }
      for (int i = 0; i < count; i++) {
        samples[channel][i] = channels[channel][i] / scale;
      }
    }
    return samples;
  }
}
