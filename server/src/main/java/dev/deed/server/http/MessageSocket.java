package dev.deed.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket over which texts go both ways. One text is read ahead, and whoever sends waits until
 * the system has taken it, so that neither way fills the memory. One thread takes, any may send.
 */
public final class MessageSocket implements Session.Listener {
  /** How long a client may take to read what it is sent, and to answer a close. */
  private static final Duration MOST_READ = Duration.ofSeconds(30);

  /** What goes over a socket, on a thread of its own, interrupted when the client leaves. */
  @FunctionalInterface
  public interface Talk {
    void over(MessageSocket socket) throws IOException, InterruptedException;
  }

  private final int mostBytes;
  private final LongConsumer memory;
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile @Nullable Session opened;

  /**
   * @param mostBytes of a text
   * @param memory is told how many bytes the talk holds
   * @param end runs once the talk is over
   */
  MessageSocket(Talk talk, int mostBytes, LongConsumer memory, Runnable end) {
    this.mostBytes = mostBytes;
    this.memory = memory;
    this.thread = Thread.ofVirtual().name("deed-socket").unstarted(() -> run(talk, end));
  }

  private void run(Talk talk, Runnable end) {
    try {
      talk.over(this);
    } catch (IOException | InterruptedException e) {
      // The client left.
    } finally {
      end.run();
      session().setIdleTimeout(MOST_READ);
      session().close(StatusCode.SERVER_ERROR, "internal error", Callback.NOOP);
    }
  }

  private Session session() {
    return Objects.requireNonNull(opened);
  }

  @Override
  public void onWebSocketOpen(Session session) {
    session.setMaxTextMessageSize(mostBytes);
    session.setMaxFrameSize(mostBytes);
    session.setIdleTimeout(Duration.ZERO);
    opened = session;
    thread.start();
    session.demand();
  }

  @Override
  public void onWebSocketText(String text) {
    received.add(text);
  }

  @Override
  public void onWebSocketBinary(ByteBuffer bytes, Callback callback) {
    callback.succeed();
    session().close(StatusCode.BAD_DATA, "events are texts", Callback.NOOP);
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    thread.interrupt();
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    thread.interrupt();
    callback.succeed();
  }

  /**
   * Says how much memory the talk holds from now on, until it says so again. Its thread alone says
   * it.
   *
   * @throws ApiException 429 when others hold too much, or other sockets of the client do; then it
   *     is as it was
   */
  public void hold(long bytes) {
    memory.accept(bytes);
  }

  /** The next text; null where none comes in some time. */
  public @Nullable String take(Duration most) throws InterruptedException {
    String text = received.poll(most.toMillis(), TimeUnit.MILLISECONDS);
    if (text != null) {
      session().demand();
    }
    return text;
  }

  /**
   * Sends a text, and waits until that is done.
   *
   * @throws IOException when the client left, or does not read
   */
  public void send(String text) throws IOException, InterruptedException {
    Callback.Completable sent = new Callback.Completable();
    session().sendText(text, sent);
    try {
      sent.get(MOST_READ.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      session().disconnect();
      throw new IOException(e);
    }
  }

  /** Ends the connection behind what was sent, and says why. */
  public void close(String reason) {
    session().close(StatusCode.SHUTDOWN, reason, Callback.NOOP);
  }
}
