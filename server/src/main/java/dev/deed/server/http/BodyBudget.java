package dev.deed.server.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for the bodies of requests that are read, waited with or answered: all of them together
 * keep to a number of bytes. Safe for use from many threads.
 */
final class BodyBudget {
  private final long bytes;
  private final AtomicLong taken = new AtomicLong();

  BodyBudget(long bytes) {
    this.bytes = bytes;
  }

  /** One request's part of it. Belongs to that request. */
  final class Share {
    private long size;

    /**
     * @throws ApiException 429 when others hold too much
     */
    void grow(long more) {
      if (taken.addAndGet(more) > bytes) {
        taken.addAndGet(-more);
        throw ApiException.full(
            "memory_full", "the memory for requests is used up", Duration.ofSeconds(1));
      }
      size += more;
    }

    void release() {
      taken.addAndGet(-size);
      size = 0;
    }
  }

  Share share() {
    return new Share();
  }
}
