package dev.deed.hub;

/** Hears how the fetching of a model goes, on the thread that fetches. */
public interface FetchListener {
  /** Hears nothing, stops nothing. */
  FetchListener NONE = progress -> true;

  /**
   * Hears how far it is: once before the first byte, then with each piece.
   *
   * @return whether to go on; otherwise fetching ends with a {@link
   *     java.util.concurrent.CancellationException}, and what was fetched stays
   */
  boolean progressed(FetchProgress progress);

  /** Hears what a user should know, in one line: that a hub could not be reached, for instance. */
  default void warned(String line) {}
}
