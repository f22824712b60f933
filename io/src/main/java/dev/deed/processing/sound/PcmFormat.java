package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How samples lie in bytes: those of all channels behind one another, then the next of each.
 *
 * @param coding of one sample
 * @param bytes of one sample: 1 to 4, of a fraction 4 or 8
 * @param order of these bytes
 */
record PcmFormat(int rate, int channels, Coding coding, int bytes, ByteOrder order) {
  private static final int BLOCK = 1 << 12;

  /** Far beyond any loudness, and small enough that sums of squares are numbers. */
  private static final double LOUDEST = 1e9;

  private static final double FULL_SCALE = 1L << 31;

  enum Coding {
    /** Whole numbers around half of their range. */
    UNSIGNED,
    /** Whole numbers around 0. */
    SIGNED,
    /** Fractions, −1 to 1. */
    FLOAT,
    /** Logarithms of a byte (ITU-T G.711). */
    MU_LAW,
    A_LAW
  }

  /** Bytes of a sample of every channel. */
  int frameBytes() {
    return channels * bytes;
  }

  /** Samples of each channel in a number of bytes. */
  long frames(long count) {
    return count / frameBytes();
  }

  /**
   * Decodes samples, and tells their end.
   *
   * @param in ends with them, or within one, of which whole samples count
   * @param length bytes that there are; {@link Long#MAX_VALUE} where that is not known
   * @return samples of each channel
   */
  long decode(
      InputStream in, long length, SoundLimits limits, Interruption interruption, SampleSink out) {
    limits.check(rate, channels, length == Long.MAX_VALUE ? 0 : frames(length));
    double[][] samples = new double[channels][BLOCK];
    byte[] block = new byte[BLOCK * frameBytes()];
    long frames = 0;
    int count = BLOCK;
    while (count == BLOCK) {
      interruption.check();
      long left = length - frames * frameBytes();
      count = (int) frames(read(in, block, (int) Math.min(block.length, left)));
      frames += count;
      limits.checkLength(rate, channels, frames);
      split(ByteBuffer.wrap(block), count, samples);
      out.add(samples, count);
    }
    out.end();
    return frames;
  }

  private static int read(InputStream in, byte[] block, int most) {
    try {
      return in.readNBytes(block, 0, most);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads some frames into the samples of each channel. */
  void split(ByteBuffer data, int frames, double[][] samples) {
    data.order(order);
    for (int frame = 0; frame < frames; frame++) {
      for (double[] channel : samples) {
        channel[frame] = sample(data);
      }
    }
  }

  private double sample(ByteBuffer data) {
    return switch (coding) {
      case UNSIGNED -> (scaled(data) ^ Integer.MIN_VALUE) / FULL_SCALE;
      case SIGNED -> scaled(data) / FULL_SCALE;
      case FLOAT -> requireNumber(bytes == Float.BYTES ? data.getFloat() : data.getDouble());
      case MU_LAW -> TelephoneCodes.MU_LAW.sample(data.get());
      case A_LAW -> TelephoneCodes.A_LAW.sample(data.get());
    };
  }

  /** Moved up to 32 bits, so that all sizes have one scale and one sign bit. */
  private int scaled(ByteBuffer data) {
    return whole(data) << Integer.SIZE - Byte.SIZE * bytes;
  }

  /** Refuses what is no number, and what no sound can be. */
  static double requireNumber(double sample) {
    if (!(Math.abs(sample) <= LOUDEST)) {
      throw BadSound.damaged("a sample is " + sample);
    }
    return sample;
  }

  private int whole(ByteBuffer data) {
    return switch (bytes) {
      case 1 -> data.get();
      case 2 -> data.getShort();
      case 3 -> {
        int low = data.get() & 0xff;
        int middle = data.get() & 0xff;
        int high = data.get() & 0xff;
        yield order == ByteOrder.LITTLE_ENDIAN
            ? high << 16 | middle << 8 | low
            : low << 16 | middle << 8 | high;
      }
      default -> data.getInt();
    };
  }

  /** Samples of a byte as telephones code them (ITU-T G.711). Immutable. */
  private static final class TelephoneCodes {
    /** 14 bits, of which North America and Japan send the logarithm. */
    static final TelephoneCodes MU_LAW = new TelephoneCodes(false);

    /** 13 bits, of which the rest of the world does. */
    static final TelephoneCodes A_LAW = new TelephoneCodes(true);

    private static final int A_LAW_FLIPPED = 0x55;

    /** What µ-law adds before it takes the logarithm. */
    private static final int BIAS = 0x84;

    private static final double FULL_SCALE = 1 << 15;

    private final double[] samples = new double[256];

    private TelephoneCodes(boolean isALaw) {
      for (int code = 0; code < samples.length; code++) {
        int bits = isALaw ? code ^ A_LAW_FLIPPED : ~code;
        int exponent = bits >> 4 & 7;
        int mantissa = bits & 0xf;
        int size =
            isALaw
                ? (mantissa << 4) + 8 + (exponent == 0 ? 0 : 0x100) << Math.max(0, exponent - 1)
                : ((mantissa << 3) + BIAS << exponent) - BIAS;
        boolean isPositive = (bits & 0x80) == (isALaw ? 0x80 : 0);
        samples[code] = (isPositive ? size : -size) / FULL_SCALE;
      }
    }

    /** The sample of a code, −1 to 1. */
    double sample(byte code) {
      return samples[code & 0xff];
    }
  }
}
