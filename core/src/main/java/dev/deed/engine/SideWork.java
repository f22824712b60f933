package dev.deed.engine;

/**
 * What takes processor time beside the steps of engines, and how many threads of the system each
 * kind has. Together they are no more than there are processors, where these are eight or more; one
 * of each there is always. Long work of one kind keeps none of another waiting.
 */
public enum SideWork {
  /** Inputs of an engine's requests that take milliseconds to read. */
  INPUTS(8),
  /** Those that take longer. */
  LONG_INPUTS(8),
  /** Pages, long prompts and receipts of a model. */
  QUESTIONS(8),
  /** Recordings that are decoded. */
  RECORDINGS(4),
  /** Bodies of requests that are parsed. */
  BODIES(4),
  /** Sound that is listened to as it comes. */
  VOICES(8);

  private final int share;

  SideWork(int share) {
    this.share = share;
  }

  /** Its threads on a machine with this number of processors. */
  int threads(int processors) {
    return Math.max(1, processors / share);
  }

  /** How many threads it has on this machine. */
  public int threads() {
    return threads(Runtime.getRuntime().availableProcessors());
  }
}
