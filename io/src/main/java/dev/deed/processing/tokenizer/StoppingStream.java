package dev.deed.processing.tokenizer;

/**
 * The text of a growing list of token ids up to the first stop string; see {@link TextStream} and
 * {@link StopStrings}. Belongs to one generation, not thread-safe.
 */
public final class StoppingStream {
  private final TextStream text;
  private final StopStrings.Watch watch;

  StoppingStream(TextStream text, StopStrings.Watch watch) {
    this.text = text;
    this.watch = watch;
  }

  /**
   * The text that this token adds; empty while a character is unfinished, and while the text may
   * turn out to be the beginning of a stop string. Nothing once it has {@linkplain #stopped
   * stopped}.
   */
  public String append(int id) {
    return watch.stopped() ? "" : watch.append(text.append(id));
  }

  /** Whether a stop string is complete. The text has then ended. */
  public boolean stopped() {
    return watch.stopped();
  }

  /** Whether some text waits for what follows; without it, {@link #finish} gives nothing. */
  public boolean holdsBack() {
    return !watch.stopped() && (text.holdsBack() || watch.holdsBack());
  }

  /** The text held back, once no token follows; it can still complete a stop string. */
  public String finish() {
    return watch.stopped() ? "" : watch.append(text.finish()) + watch.finish();
  }
}
