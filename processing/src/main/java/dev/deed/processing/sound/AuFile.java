package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.PcmFormat.Coding;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/**
 * AU, of Sun and NeXT: six numbers of four bytes, larger ones first, of which the second says where
 * the samples begin.
 */
final class AuFile {
  private static final int HEADER = 24;

  /** What pipes write for a length that is not known. */
  private static final int NOT_KNOWN = -1;

  private AuFile() {}

  static double decode(
      byte[] file, SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output) {
    BadSound.truncatedIf(file.length < HEADER);
    ByteBuffer header = ByteBuffer.wrap(file);
    int begin = header.getInt(4);
    BadSound.damagedIf(begin < HEADER, "its header has " + begin + " bytes");
    BadSound.truncatedIf(begin > file.length);
    int coding = header.getInt(12);
    long rate = header.getInt(16) & 0xffff_ffffL;
    long channels = header.getInt(20) & 0xffff_ffffL;
    limits.check(rate, channels, 0);
    PcmFormat format =
        switch (coding) {
          case 1 -> format(rate, channels, Coding.MU_LAW, 1);
          case 2, 3, 4, 5 -> format(rate, channels, Coding.SIGNED, coding - 1);
          case 6, 7 -> format(rate, channels, Coding.FLOAT, coding == 6 ? 4 : 8);
          case 27 -> format(rate, channels, Coding.A_LAW, 1);
          default ->
              throw BadSound.unsupported(
                  "the AU holds samples of kind " + coding, "convert it to PCM of 16 bits");
        };
    int there = file.length - begin;
    int size = header.getInt(8);
    long stated = size == NOT_KNOWN ? there : size & 0xffff_ffffL;
    ByteArrayInputStream samples = new ByteArrayInputStream(file, begin, there);
    SampleSink out = output.apply(format.rate());
    long frames = format.decode(samples, Math.min(stated, there), limits, interruption, out);
    return (format.frames(stated) - frames) / (double) format.rate();
  }

  private static PcmFormat format(long rate, long channels, Coding coding, int bytes) {
    return new PcmFormat((int) rate, (int) channels, coding, bytes, ByteOrder.BIG_ENDIAN);
  }
}
