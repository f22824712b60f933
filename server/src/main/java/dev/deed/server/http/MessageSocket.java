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

  /** What goes over a socket. */
  @FunctionalInterface
  public interface Talk {
    /** Takes and sends on a thread of its own, which is interrupted when the client leaves. */
    void over(MessageSocket socket) throws IOException, InterruptedException;
  }

  private final int mostBytes;
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile @Nullable Session session;
  private volatile boolean isOver;

  /**
   * @param mostBytes of a text
   * @param end runs once the talk is over
   */
  MessageSocket(Talk talk, int mostBytes, Runnable end) {
    this.mostBytes = mostBytes;
    this.thread = Thread.ofVirtual().name("deed-socket").unstarted(() -> run(talk, end));
  }

  private void run(Talk talk, Runnable end) {
    try {
      talk.over(this);
    } catch (IOException | InterruptedException e) {
      // The client left.
    } finally {
      isOver = true;
      end.run();
      session().setIdleTimeout(MOST_READ);
      session().close(StatusCode.SERVER_ERROR, null, Callback.NOOP);
      if (!received.isEmpty()) {
        session().demand();
      }
    }
  }

  private Session session() {
    return Objects.requireNonNull(session);
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    opened.setMaxTextMessageSize(mostBytes);
    opened.setMaxFrameSize(mostBytes);
    opened.setIdleTimeout(Duration.ZERO);
    session = opened;
    thread.start();
    opened.demand();
  }

  @Override
  public void onWebSocketText(String text) {
    if (isOver) {
      session().demand();
    } else {
      received.add(text);
    }
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
    await(sent);
  }

  /** Ends the connection, and says why; the client may read what was sent before. */
  public void close(int code, String reason) throws IOException, InterruptedException {
    Callback.Completable sent = new Callback.Completable();
    session().close(code, reason, sent);
    await(sent);
  }

  private void await(Callback.Completable sent) throws IOException, InterruptedException {
    try {
      sent.get(MOST_READ.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (TimeoutException e) {
      session().disconnect();
      throw new IOException(e);
    }
  }
}
