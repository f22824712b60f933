package dev.deed.files;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long something that was opened can be used: until it is closed. Closing turns new users away
 * at once and does not wait; what is in use then is used to the end, and the last user frees it.
 * Safe for use from many threads.
 */
public final class Lifetime {
  /** Above any number of users. */
  private static final int CLOSED = 1 << 30;

  private final String what;
  private final Runnable free;

  /** Number of users, and {@link #CLOSED} once it is closed. */
  private final AtomicInteger users = new AtomicInteger();

  /**
   * @param what how an error calls it
   * @param free gives back what it holds; called once
   */
  public Lifetime(String what, Runnable free) {
    this.what = what;
    this.free = free;
  }

  /** The time that one user needs; to be closed once. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps it from being freed.
   *
   * @throws IllegalStateException when it is closed
   */
  public Use use() {
    users.updateAndGet(
        now -> {
          requireOpen(now);
          return now + 1;
        });
    return this::leave;
  }

  /**
   * For what needs nothing that is freed.
   *
   * @throws IllegalStateException when it is closed
   */
  public void requireOpen() {
    requireOpen(users.get());
  }

  private void requireOpen(int now) {
    if (now >= CLOSED) {
      throw new IllegalStateException(what + ": is closed; open it again");
    }
  }

  /** How many use it. */
  public int users() {
    return users.get() & (CLOSED - 1);
  }

  private void leave() {
    if (users.decrementAndGet() == CLOSED) {
      free.run();
    }
  }

  /** Ends it; a second time does nothing. */
  public void close() {
    if (users.getAndUpdate(now -> now | CLOSED) == 0) {
      free.run();
    }
  }
}
