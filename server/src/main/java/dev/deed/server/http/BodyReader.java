package dev.deed.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
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
    long told = request.getLength();
    return (int) Math.min(rules.most() + 1, told > size ? Math.min(doubled, told) : doubled);
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
}
