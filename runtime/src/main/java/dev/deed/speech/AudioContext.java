package dev.deed.speech;

import dev.deed.checkpoint.Config;

/** The margin of {@link TranscriptionOptions#audioContext}, as folders and callers state it. */
public final class AudioContext {
  /** The key of {@code config.json}: an object with {@code margin} and how it was calibrated. */
  public static final String KEY = "audio_context";

  /** The margin in that object. */
  public static final String MARGIN = "margin";

  /** A margin that leaves nothing out. */
  public static final int WHOLE = Integer.MAX_VALUE;

  /** What {@code on} stands for. */
  static final int USUAL = 400;

  private AudioContext() {}

  static int of(Config config) {
    return config.has(KEY) ? config.object(KEY).integer(MARGIN, 0, WHOLE) : WHOLE;
  }
}
