package dev.deed.speech;

import java.util.Locale;

/** What a model writes of speech. Immutable. */
public enum SpeechTask {
  /** The words, in the language that is spoken. */
  TRANSCRIBE,
  /** What they mean, in English. */
  TRANSLATE;

  /** {@return its name in model folders and options: {@code transcribe} or {@code translate}} */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }
}
