package dev.deed.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits a client to a number of requests a minute. Those that it does not use are kept for a
 * minute. Safe for use from many threads.
 */
final class RequestRate {
  private final int perMinute;
  private double saved;
  private long last = System.nanoTime();

  RequestRate(int perMinute) {
    this.perMinute = perMinute;
    this.saved = perMinute;
  }

  /** Requests a minute; 0 without a limit. */
  static int perMinute(@Nullable RequestRate rate) {
    return rate == null ? 0 : rate.perMinute;
  }

  /** Takes one; how long to wait for it, and nothing is taken, where there is none. */
  synchronized Duration take() {
    long now = System.nanoTime();
    saved = Math.min(perMinute, saved + (now - last) / 60e9 * perMinute);
    last = now;
    if (saved >= 1) {
      saved--;
      return Duration.ZERO;
    }
    return Duration.ofSeconds((long) Math.ceil((1 - saved) * 60 / perMinute));
  }

  /** Gives one back that was taken for nothing. */
  synchronized void giveBack() {
    saved = Math.min(perMinute, saved + 1);
  }
}
