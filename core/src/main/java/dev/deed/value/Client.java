package dev.deed.value;

/**
 * Who asks, where requests of several compete for the places of an engine: rows go to the one that
 * has had least for its share. Immutable.
 *
 * @param name tells it from others
 * @param share how much of the rows it gets beside others that wait, as a ratio to theirs; 1 or
 *     more
 * @param priority requests of a higher one go before all others that wait; 0 is usual
 * @param mostRows how many rows its requests may have at once
 */
public record Client(String name, int share, int priority, int mostRows) {
  /** Of a share, and of a priority either way. */
  public static final int MOST = 1000;

  /** Whoever says nothing of itself. */
  public static final Client ANYONE = named("");

  /**
   * Checks its numbers.
   *
   * @throws InputException when one is out of its range
   */
  public Client {
    InputException.requireField(
        share >= 1 && share <= MOST, "share", "is " + share, "give 1 to " + MOST);
    InputException.requireField(
        Math.abs((long) priority) <= MOST,
        "priority",
        "is " + priority,
        "give " + -MOST + " to " + MOST);
    InputException.requireField(mostRows >= 1, "rows", "is " + mostRows, "give 1 or more");
  }

  /**
   * {@return one that is like all others}
   *
   * @param name tells it from them
   */
  public static Client named(String name) {
    return new Client(name, 1, 0, Integer.MAX_VALUE);
  }
}
