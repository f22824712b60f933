package dev.deed.speech;

/**
 * How loud the frames of a recording are, which tells where a sound begins behind a long quiet.
 * Immutable.
 */
final class SoundLevels {
  /** A shorter quiet is a pause of the speech, whose times the model's timestamps know well. */
  private static final double LEAST_QUIET_SECONDS = 3;

  /** What stays of the quiet: the first consonant of a word may be as soft. */
  private static final double MARGIN_SECONDS = 0.2;

  /** How far below what is loudest a quiet lies, as a ratio of powers: 35 dB. */
  private static final double QUIET = 3e-4;

  /** Frames over which what is loudest is averaged, so that a click does not count for much. */
  private static final int LOUD_FRAMES = 10;

  /** Mean squares of samples. */
  private final float[] powers;

  private final int leastQuiet;
  private final int margin;

  /**
   * @param samples −1 to 1
   * @param rate samples a second
   * @param hop samples of a frame; the last frame may have fewer
   */
  SoundLevels(float[] samples, int rate, int hop) {
    double framesASecond = (double) rate / hop;
    this.leastQuiet = (int) Math.round(LEAST_QUIET_SECONDS * framesASecond);
    this.margin = (int) Math.round(MARGIN_SECONDS * framesASecond);
    this.powers = new float[Math.ceilDiv(samples.length, hop)];
    for (int i = 0; i < samples.length; i++) {
      powers[i / hop] += samples[i] * samples[i] / hop;
    }
  }

  /**
   * A little before the frame where a sound begins, if all before it, for three seconds or longer,
   * is quiet beside the loudest of these frames; else the first. Where a softer sound comes first,
   * such as music, that counts.
   *
   * @param from first frame
   * @param end behind the last
   */
  int onset(int from, int end) {
    int last = Math.min(end, powers.length);
    double quiet = QUIET * loudest(from, last);
    int at = from;
    while (at < last && powers[at] <= quiet) {
      at++;
    }
    return at < last && at - from >= leastQuiet ? at - margin : from;
  }

  private double loudest(int from, int end) {
    double sum = 0;
    double loudest = 0;
    for (int i = from; i < end; i++) {
      sum += powers[i];
      if (i - from >= LOUD_FRAMES) {
        sum -= powers[i - LOUD_FRAMES];
      }
      loudest = Math.max(loudest, sum / LOUD_FRAMES);
    }
    return loudest;
  }
}
