package dev.deed.speech;

import dev.deed.checkpoint.Config;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;

/** The margin of {@link TranscriptionOptions#audioContext}, as folders and callers state it. */
public final class AudioContext {
  /** The key of {@code config.json}: an object with {@code margin} and how it was calibrated. */
  public static final String KEY = "audio_context";

  /** The margin in that object. */
  public static final String MARGIN = "margin";

  /** A margin that leaves nothing out. */
  public static final int WHOLE = Integer.MAX_VALUE;

  private static final int USUAL = 400;

  private AudioContext() {}

  static int of(Config config) {
    return config.has(KEY) ? config.object(KEY).integer(MARGIN, 0, WHOLE) : WHOLE;
  }

  /**
   * {@return the margin that a text states: a number, {@code on} for the usual one, or {@code off}}
   *
   * @param field what errors call it
   * @param text null: as the folder states
   * @throws InputException when it is none of these
   */
  public static @Nullable Integer named(String field, @Nullable String text) {
    return switch (text) {
      case null -> null;
      case "on" -> USUAL;
      case "off" -> WHOLE;
      default -> {
        InputException.requireField(
            text.matches("[0-9]{1,6}"), field, "is " + text, "give positions such as 400, or off");
        yield Integer.valueOf(text);
      }
    };
  }
}
