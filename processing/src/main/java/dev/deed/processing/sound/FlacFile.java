package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.util.function.IntFunction;

/**
 * FLAC (RFC 9639): metadata, of which the first block alone counts, then frames, whose checksums
 * must be right. That of all samples, MD5, would take longer than all else.
 */
final class FlacFile {
  private static final int SIGNATURE = 4;
  private static final int BLOCK_HEADER = 4;
  private static final int LAST = 0x80;

  private FlacFile() {}

  static double decode(
      byte[] file, SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output) {
    int at = behindMetadata(file);
    FlacStream stream = FlacStream.read(file, SIGNATURE + BLOCK_HEADER);
    limits.check(stream.rate(), stream.channels(), stream.frames());
    return frames(file, at, stream, limits, interruption, output.apply(stream.rate()));
  }

  /** Passes over blocks, each behind its kind and length; the first is the stream's. */
  private static int behindMetadata(byte[] file) {
    int at = SIGNATURE;
    boolean last = false;
    while (!last) {
      BadSound.truncatedIf(file.length - at < BLOCK_HEADER);
      last = (file[at] & LAST) != 0;
      int kind = file[at] & ~LAST & 0xff;
      int length = (file[at + 1] & 0xff) << 16 | (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
      BadSound.damagedIf(
          at == SIGNATURE && (kind != 0 || length != FlacStream.BYTES),
          "it does not begin with its stream information");
      at += BLOCK_HEADER;
      BadSound.truncatedIf(length > file.length - at);
      at += length;
    }
    return at;
  }

  private static double frames(
      byte[] file,
      int from,
      FlacStream stream,
      SoundLimits limits,
      Interruption interruption,
      SampleSink out) {
    FlacFrame frame = new FlacFrame(file, stream);
    long done = 0;
    int at = from;
    // What stands behind the last frame, such as tags, is no sound.
    while (stream.frames() == 0 ? at < file.length : done < stream.frames()) {
      interruption.check();
      try {
        at = frame.read(at);
      } catch (InputException e) {
        if (!BadSound.isTruncated(e)) {
          throw e;
        }
        out.end();
        return stream.frames() == 0
            ? Double.NaN
            : (stream.frames() - done) / (double) stream.rate();
      }
      done += frame.count();
      BadSound.damagedIf(
          stream.frames() > 0 && done > stream.frames(),
          "it holds more samples than its header says");
      limits.checkLength(stream.rate(), stream.channels(), done);
      out.add(frame.samples(), frame.count());
    }
    out.end();
    return 0;
  }
}
