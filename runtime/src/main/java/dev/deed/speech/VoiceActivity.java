package dev.deed.speech;

import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * When a recording is taken to hold speech: {@code get_speech_timestamps} of Silero VAD
 * (https://github.com/snakers4/silero-vad), whose network for 16 kHz tells for each 32 ms how
 * probably somebody speaks. Immutable.
 *
 * @param threshold from this probability on speech begins, 0 to 1
 * @param lowerThreshold below this one it may end, at most {@code threshold}
 * @param leastSpeechMs shorter speech is passed over, in milliseconds
 * @param leastSilenceMs a shorter silence is a pause of the speech
 * @param paddingMs what stays on both sides of the speech
 * @param wholeSeconds recordings that last no longer than this, in seconds, are transcribed whole
 */
public record VoiceActivity(
    double threshold,
    double lowerThreshold,
    int leastSpeechMs,
    int leastSilenceMs,
    int paddingMs,
    int wholeSeconds) {
  /** Most milliseconds of each: ten minutes. */
  public static final int MOST_MS = 600_000;

  private static final int SAMPLES_OF_MS = VoiceNetwork.RATE / 1000;
  private static final double BELOW = 0.15;
  private static final double LOWEST = 0.01;

  /** Two windows of Whisper: there is little to leave out, and the model itself tells silence. */
  private static final int SHORT_SECONDS = 60;

  /** Pauses of up to 2 s stay, and 0.4 s on both sides of speech. */
  private static final VoiceActivity DEFAULTS =
      new VoiceActivity(0.5, 0.5 - BELOW, 250, 2000, 400, 0);

  /**
   * Checks its numbers.
   *
   * @throws InputException when a number is out of range
   */
  public VoiceActivity {
    InputException.requireField(
        threshold >= 0 && threshold <= 1 && lowerThreshold <= threshold,
        "threshold",
        "is " + threshold,
        "give a probability, 0 to 1");
    require("least speech", leastSpeechMs);
    require("silence_duration_ms", leastSilenceMs);
    require("prefix_padding_ms", paddingMs);
  }

  private static void require(String field, int ms) {
    InputException.requireField(
        ms >= 0 && ms <= MOST_MS, field, "is " + ms + " ms", "give 0 to " + MOST_MS);
  }

  /**
   * {@return speech from a probability of 0.5 on, of 250 ms or more, with pauses of up to 2 s and
   * 400 ms on both sides}
   */
  public static VoiceActivity defaults() {
    return DEFAULTS;
  }

  /** {@return the same for recordings of more than a minute; shorter ones are heard as a whole} */
  public VoiceActivity inLongRecordings() {
    return new VoiceActivity(
        threshold, lowerThreshold, leastSpeechMs, leastSilenceMs, paddingMs, SHORT_SECONDS);
  }

  /** Whether speech is looked for in a recording. */
  boolean isFor(int samples, int rate) {
    return samples > (long) wholeSeconds * rate;
  }

  /**
   * {@return the same with another threshold, and the lower one 0.15 below it}
   *
   * @param probability 0 to 1
   */
  public VoiceActivity withThreshold(double probability) {
    double lower = Math.min(probability, Math.max(probability - BELOW, LOWEST));
    return new VoiceActivity(
        probability, lower, leastSpeechMs, leastSilenceMs, paddingMs, wholeSeconds);
  }

  /** Samples in which somebody speaks; {@code end} is behind the last. */
  record Stretch(int start, int end) {}

  /**
   * Where somebody speaks, in samples of 16 kHz.
   *
   * @param probabilities of each window of 512 samples
   * @param samples that there are
   */
  List<Stretch> stretches(float[] probabilities, int samples) {
    List<Stretch> found = new ArrayList<>();
    Voice voice = new Voice();
    for (int i = 0; i < probabilities.length; i++) {
      int at = i * VoiceNetwork.WINDOW;
      if (voice.pauses(probabilities[i], at)
          && at - voice.quiet >= leastSilenceMs * SAMPLES_OF_MS) {
        addIfLong(new Stretch((int) voice.start, (int) voice.quiet), found);
        voice = new Voice();
      }
    }
    if (voice.start >= 0) {
      addIfLong(new Stretch((int) voice.start, samples), found);
    }
    return padded(found, samples);
  }

  /** A voice from one window to the next. */
  final class Voice {
    /** Where it began, and since when it pauses; less than 0: nowhere. */
    long start = -1;

    long quiet = -1;

    /** Hears the window that begins at a place; whether the voice, which began, pauses in it. */
    boolean pauses(float probability, long at) {
      boolean isQuiet = start >= 0 && probability < lowerThreshold;
      if (probability >= threshold) {
        start = start < 0 ? at : start;
        quiet = -1;
      } else if (isQuiet && quiet < 0) {
        quiet = at;
      }
      return isQuiet;
    }
  }

  private void addIfLong(Stretch one, List<Stretch> found) {
    if (one.end - one.start > leastSpeechMs * SAMPLES_OF_MS) {
      found.add(one);
    }
  }

  /** Two that are nearer than both paddings share what is between them. */
  private List<Stretch> padded(List<Stretch> found, int samples) {
    int padding = paddingMs * SAMPLES_OF_MS;
    List<Stretch> padded = new ArrayList<>();
    int before = padding;
    for (int i = 0; i < found.size(); i++) {
      Stretch one = found.get(i);
      int gap = i + 1 < found.size() ? found.get(i + 1).start - one.end : Integer.MAX_VALUE;
      int behind = gap < 2 * padding ? gap / 2 : padding;
      padded.add(new Stretch(Math.max(0, one.start - before), Math.min(samples, one.end + behind)));
      before = behind;
    }
    return padded;
  }
}
