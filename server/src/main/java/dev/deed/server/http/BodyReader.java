package dev.deed.server.http;

import dev.deed.engine.SideThreads;
import dev.deed.engine.SideWork;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads the body of one request, within a number of bytes and a time. Belongs to one thread. */
final class BodyReader {
  private static final int PIECE = 1 << 16;

  private final Request request;
  private final BodyRules rules;
  private final BodyBudget.Share share;

  /** Never closed: that would fail the exchange where something is left to read. */
  private final InputStream in;

  private boolean ended;

  BodyReader(Request request, BodyRules rules, BodyBudget.Share share) {
    this.request = request;
    this.rules = rules;
    this.share = share;
    this.in = Content.Source.asInputStream(request);
    this.ended =
        request.getLength() == 0
            || (request.getLength() < 0
                && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
  }

  /**
   * The whole body.
   *
   * @throws ApiException 413 when it is too long, 408 when it takes too long, 429 when there is no
   *     memory for it
   * @throws IOException when the client left
   */
  byte[] read() throws IOException {
    if (request.getLength() > rules.most()) {
      throw tooLong();
    }
    long begin = System.nanoTime();
    byte[] body = new byte[(int) Math.clamp(request.getLength(), 0, PIECE)];
    int size = 0;
    try {
      while (true) {
        if (size == body.length) {
          body = Arrays.copyOf(body, longer(size));
        }
        int count = in.read(body, size, body.length - size);
        if (count < 0) {
          break;
        }
        size += count;
        if (size > rules.most()) {
          throw tooLong();
        }
        share.grow(count);
        if (size == request.getLength() && in.read() < 0) {
          break;
        }
        if (System.nanoTime() - begin > rules.time().toNanos()) {
          throw tooSlow();
        }
      }
      ended = true;
      return size == body.length ? body : Arrays.copyOf(body, size);
    } catch (IOException e) {
      if (isTimeout(e)) {
        throw tooSlow();
      }
      throw e;
    }
  }

  /** Twice as long, but no longer than the client said: a length is not believed before it came. */
  private int longer(int size) {
    long doubled = Math.max(PIECE, 2L * size);
    long announced = request.getLength();
    return (int)
        Math.min(rules.most() + 1, announced > size ? Math.min(doubled, announced) : doubled);
  }

  /** Whether nothing of the body is left to be read. */
  boolean ended() {
    return ended;
  }

  /** Reads on without keeping anything, for a bounded time. */
  void drain() {
    long begin = System.nanoTime();
    byte[] piece = new byte[PIECE];
    try {
      while (in.read(piece) >= 0) {
        if (System.nanoTime() - begin > rules.drainTime().toNanos()) {
          return;
        }
      }
      ended = true;
    } catch (IOException e) {
      // The client left, or sends no more: the connection is closed now.
    }
  }

  private ApiException tooLong() {
    return ApiException.tooLarge("the body is longer than " + rules.most() + " bytes", null);
  }

  private static ApiException tooSlow() {
    return ApiException.ofStatus(408, "the body took too long to come");
  }

  private static boolean isTimeout(Throwable e) {
    return e instanceof TimeoutException || (e.getCause() != null && isTimeout(e.getCause()));
  }

  /**
   * How bodies are read.
   *
   * @param most longest, in bytes
   * @param time how long one may take to come
   * @param budget memory for all
   * @param workers what makes requests of long ones
   */
  record BodyRules(long most, Duration time, BodyBudget budget, BodyWorkers workers) {
    /**
     * So long a refused body is read on, unused: a client that is sending reads the answer then.
     */
    Duration drainTime() {
      return time.dividedBy(3);
    }
  }

  /**
   * Memory for the bodies of requests that are read, waited with or answered, and for what sockets
   * hold: all of them together keep to a number of bytes, and the sockets of one client to half of
   * it. Safe for use from many threads.
   */
  static final class BodyBudget {
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
                own == size || own + more <= bytes / 2,
                "your sessions use up your share of memory");
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

  /**
   * Threads of the system that make requests of long bodies. Requests run on virtual threads, which
   * share as many threads of the system as there are processors: a few that compute for long would
   * hold up all others. Safe for use from many threads.
   */
  static final class BodyWorkers implements AutoCloseable {
    /** Longest body, in bytes, that its own thread reads: within a few milliseconds. */
    private static final int SHORT = 1 << 16;

    private static final int MOST_WAITING = 64;
    private static final Duration MOST_WAIT = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final SideThreads threads = new SideThreads(SideWork.BODIES, MOST_WAITING);

    /**
     * Does what is to be done with a body, and waits for it.
     *
     * @param bytes length of the body
     * @throws ApiException 503 when too many others wait, or this one waited too long
     */
    <T> T work(int bytes, Supplier<T> task) throws InterruptedException {
      if (bytes <= SHORT) {
        return task.get();
      }
      try {
        return threads.await(task::get, MOST_WAIT);
      } catch (RejectedExecutionException e) {
        throw overloaded();
      } catch (CompletionException e) {
        throw e.getCause() instanceof TimeoutException ? overloaded() : e;
      }
    }

    private static ApiException overloaded() {
      return ApiException.unavailable("overloaded", "too many long bodies wait to be read", AGAIN);
    }

    @Override
    public void close() {
      threads.close();
    }
  }
}
