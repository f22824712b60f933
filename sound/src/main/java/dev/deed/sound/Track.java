package dev.deed.sound;

import java.util.List;

/**
 * What a container says of the first sound in it.
 *
 * @param headers what its decoder needs before the packets, as the coding defines it
 * @param rate samples a second that come out
 * @param delay samples of each channel that the encoder added before the sound
 * @param frames samples of each channel without these; −1 where nothing says so
 */
record Track(Coding coding, List<byte[]> headers, int rate, int channels, long delay, long frames) {
  Track {
    delay = Math.max(0, delay);
    frames = Math.max(-1, frames);
  }

  /**
   * FLAC within another container, whose own header says the rest.
   *
   * @param header {@code fLaC} and blocks of metadata
   */
  static Track flac(byte[] header) {
    return new Track(Coding.FLAC, List.of(header), 1, 1, 0, -1);
  }

  Track lasting(long newDelay, long newFrames) {
    return new Track(coding, headers, rate, channels, newDelay, newFrames);
  }
}
