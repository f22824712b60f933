package dev.deed.server.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory for the bodies of requests that are read, waited with or answered, and for what sockets
 * hold: all of them together keep to a number of bytes, and the sockets of one client to half of
 * it. Safe for use from many threads.
 */
final class BodyBudget {
  private final long bytes;
  private long taken;

  /** What sockets hold, by the client's name. */
  private final Map<String, Long> ofSockets = new HashMap<>();

  BodyBudget(long bytes) {
    this.bytes = bytes;
  }

  /** One request's part of it. Belongs to that request. */
  final class Share {
    private long size;

    /**
     * @throws ApiException 429 when others hold too much, 413 when this is more than there is for
     *     all
     */
    void grow(long more) {
      if (size + more > bytes) {
        throw ApiException.tooLarge(
            "takes %d MB of memory, and all requests together have %d MB"
                .formatted((size + more) >> 20, bytes >> 20),
            null);
      }
      synchronized (BodyBudget.this) {
        require(taken + more <= bytes, "the memory for requests is used up");
        taken += more;
      }
      size += more;
    }

    /**
     * Has a socket hold so much from now on, in place of what it held.
     *
     * @throws ApiException 429 when others hold too much, or other sockets of the client do
     */
    void hold(String client, long now) {
      synchronized (BodyBudget.this) {
        long more = now - size;
        long own = ofSockets.getOrDefault(client, 0L);
        if (more > 0) {
          require(taken + more <= bytes, "the memory for requests is used up");
          require(
              own == size || own + more <= bytes / 2, "your sessions use up your share of memory");
        }
        taken += more;
        ofSockets.put(client, own + more);
        ofSockets.remove(client, 0L);
      }
      size = now;
    }

    void release() {
      synchronized (BodyBudget.this) {
        taken -= size;
      }
      size = 0;
    }
  }

  private static void require(boolean holds, String why) {
    if (!holds) {
      throw ApiException.full("memory_full", why, Duration.ofSeconds(1));
    }
  }

  Share share() {
    return new Share();
  }
}
