package dev.deed.hub;

import dev.deed.files.Interruption;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How long to wait before the hub is asked again. */
final class Waiting {
  /** Attempts that bring nothing, before the hub counts as unreachable. */
  static final int ATTEMPTS = 5;

  /** Before a line says that another client fetches the same file. */
  static final Duration SILENT = Duration.ofSeconds(5);

  /** How long that client may hold the file without a byte more. */
  static final Duration LOCKED = Duration.ofMinutes(2);

  private static final Duration LONGEST = Duration.ofSeconds(15);

  private Waiting() {}

  /** What a busy hub asks for, within bounds; else a time that doubles with each attempt from 1. */
  static Duration before(int attempt, HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .map(Waiting::retryAfter)
        .filter(delay -> !delay.isNegative())
        .map(delay -> delay.compareTo(LONGEST) > 0 ? LONGEST : delay)
        .orElse(before(attempt));
  }

  static Duration before(int attempt) {
    return Duration.ofMillis(500L << Math.min(attempt, ATTEMPTS));
  }

  /** Seconds or a date; a negative time where it is neither. */
  private static Duration retryAfter(String header) {
    try {
      if (header.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(header));
      }
      ZonedDateTime date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Duration.between(ZonedDateTime.now(date.getZone()), date);
    } catch (DateTimeException e) {
      return Duration.ofSeconds(-1);
    }
  }

  /**
   * Sleeps.
   *
   * @throws java.util.concurrent.CancellationException when interrupted, which the thread stays
   */
  static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, Download.LEFT);
    }
  }
}
