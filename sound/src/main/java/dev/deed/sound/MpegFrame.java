package dev.deed.sound;

import org.jspecify.annotations.Nullable;

/**
 * The header of a frame that a sync word begins: MP3 (ISO/IEC 11172-3, 13818-3) or ADTS (14496-3).
 *
 * @param bytes of the frame, this header included
 * @param stream bits that are the same in all frames
 */
record MpegFrame(int head, int bytes, int rate, int channels, int samples, long stream) {
  private static final int[] MP3_RATES = {44_100, 48_000, 32_000};
  private static final int[] KILOBITS = {
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] LOW_KILOBITS = {
    0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };

  /** Bytes that tell. */
  static final int HEADER = 7;

  private static final int MP3_STREAM = 0xfffe0c00;
  private static final int ADTS_STREAM = 0xfffefdc0;

  /** Null where none is at a place. */
  static @Nullable MpegFrame of(byte[] from, int at) {
    if (from.length - at < 4) {
      return null;
    }
    int head = (int) Source.number(from, at, 4);
    if (head >>> 21 != 0x7ff) {
      return null;
    }
    return (head >> 17 & 3) == 0 ? adts(head, from, at) : mp3(head);
  }

  private static @Nullable MpegFrame mp3(int head) {
    int version = head >> 19 & 3;
    int kilobits = head >> 12 & 0xf;
    int code = head >> 10 & 3;
    if (version == 1 || (head >> 17 & 3) != 1 || kilobits == 0 || kilobits == 15 || code == 3) {
      return null;
    }
    boolean first = version == 3;
    int rate = MP3_RATES[code] >> (first ? 0 : version == 2 ? 1 : 2);
    int bits = (first ? KILOBITS : LOW_KILOBITS)[kilobits] * 1000;
    int bytes = (first ? 144 : 72) * bits / rate + (head >> 9 & 1);
    int channels = (head >> 6 & 3) == 3 ? 1 : 2;
    return new MpegFrame(head, bytes, rate, channels, first ? 1152 : 576, head & MP3_STREAM);
  }

  private static @Nullable MpegFrame adts(int head, byte[] from, int at) {
    int code = head >> 10 & 0xf;
    if (head >>> 20 != 0xfff || from.length - at < HEADER || code >= AacDecoder.RATES.size()) {
      return null;
    }
    int bytes = (int) Source.number(from, at + 3, 3) >> 5 & 0x1fff;
    int channels = head >> 6 & 7;
    return bytes <= HEADER
        ? null
        : new MpegFrame(
            head, bytes, AacDecoder.RATES.get(code), channels, 1024, head & ADTS_STREAM);
  }

  boolean isAac() {
    return (head >> 17 & 3) == 0;
  }

  /** Of AAC; 2: low complexity. */
  int object() {
    return (head >> 14 & 3) + 1;
  }

  boolean hasChecksum() {
    return (head >> 16 & 1) == 0;
  }

  /** Of MP3: what stands between header and main part. */
  int sideBytes() {
    return (head >> 19 & 3) == 3 ? channels == 1 ? 17 : 32 : channels == 1 ? 9 : 17;
  }
}
