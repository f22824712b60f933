package dev.deed.server.http;

import dev.deed.files.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/** The port, over HTTP/1.1 alone; its connections are {@linkplain WatchedEndPoint watched}. */
final class WatchedConnector extends ServerConnector {
  private static final int HEADER_BYTES = 16 << 10;

  /** How often the log says that no connection can be taken. */
  private static final long LOG_NANOS = Duration.ofMinutes(1).toNanos();

  private static final long AGAIN_MILLIS = 50;

  private final RequestLog log;

  /** Held while a connection is taken. */
  private final ReentrantLock taking = new ReentrantLock();

  /** When the log said so last; read and written by the one acceptor. */
  private long logged = System.nanoTime() - LOG_NANOS;

  WatchedConnector(Server server, RequestLog log) {
    super(server, 1, 1, new HttpConnectionFactory(http()));
    this.log = log;
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    return http;
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    WatchedEndPoint endPoint = new WatchedEndPoint(channel, selector, key, getScheduler());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  @Override
  public void accept(int acceptor) throws IOException {
    taking.lock();
    try {
      super.accept(acceptor);
    } finally {
      taking.unlock();
    }
  }

  /**
   * Closes the port, and waits until the acceptor noticed it. Until then the system takes
   * connections, such as that of a client that asks again. Jetty's stop goes on to interrupt the
   * acceptor, and Java drops one that it takes in that moment without closing it: its client would
   * wait for ever.
   */
  @Override
  public void close() {
    super.close();
    taking.lock();
    taking.unlock();
  }

  /**
   * Says why, once in a while, and tries again soon: files may close at any time, and behind the
   * connection that failed others wait, those of probes too.
   */
  @Override
  protected boolean handleAcceptFailure(Throwable failure) {
    if (!(failure instanceof IOException reason) || failure instanceof ClosedChannelException) {
      return super.handleAcceptFailure(failure);
    }
    if (System.nanoTime() - logged >= LOG_NANOS) {
      logged = System.nanoTime();
      log.unaccepted(IoReason.of(reason));
    }
    try {
      Thread.sleep(AGAIN_MILLIS);
      return isRunning();
    } catch (InterruptedException e) {
      return super.handleAcceptFailure(e);
    }
  }

  /**
   * A connection that can be asked whether its client is still there, while a request is answered
   * and nobody reads from it. What such a look takes off the socket, the beginning of a next
   * request, is given to who reads next. Safe for use from many threads.
   */
  static final class WatchedEndPoint extends SocketChannelEndPoint {
    /** So many bytes of a next request may come while one is answered. */
    private static final int MOST_AHEAD = 16 << 10;

    /** Bytes that a look took off the socket, ready to be read; guarded by this. */
    private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;

    /** Whether the request was read to its end and is being answered; guarded by this. */
    private boolean watched;

    /** Whether a request is being read or answered; guarded by this. */
    private boolean busy;

    private long idleSince = System.nanoTime();

    WatchedEndPoint(
        SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
      super(channel, selector, key, scheduler);
    }

    /** A request has its headers. */
    synchronized void begin() {
      busy = true;
    }

    /** The request was read to its end: nobody reads until {@link #end}. */
    synchronized void watch() {
      watched = true;
    }

    /** The request was answered. */
    synchronized void end() {
      watched = false;
      busy = false;
      idleSince = System.nanoTime();
    }

    /** How long the connection has had no whole header of a request, in nanoseconds. */
    synchronized long idleNanos() {
      return busy ? 0 : System.nanoTime() - idleSince;
    }

    /**
     * Whether the client closed the connection, or its side of it, while it is watched. One that
     * sends ahead more than {@value #MOST_AHEAD} bytes counts as gone: its end would stand behind
     * what nobody reads.
     */
    synchronized boolean isLeft() {
      if (!watched) {
        return false;
      }
      ByteBuffer more = ByteBuffer.allocate(MOST_AHEAD + 1 - ahead.remaining());
      try {
        int count = getChannel().read(more);
        if (count > 0) {
          more.flip();
          ahead = ByteBuffer.allocate(ahead.remaining() + count).put(ahead).put(more).flip();
        }
        return count < 0 || ahead.remaining() > MOST_AHEAD;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      synchronized (this) {
        if (ahead.hasRemaining()) {
          int position = BufferUtil.flipToFill(buffer);
          int count = Math.min(buffer.remaining(), ahead.remaining());
          buffer.put(ahead.slice().limit(count));
          ahead.position(ahead.position() + count);
          BufferUtil.flipToFlush(buffer, position);
          notIdle();
          return count;
        }
      }
      return super.fill(buffer);
    }

    @Override
    protected void needsFillInterest() {
      boolean ready;
      synchronized (this) {
        ready = ahead.hasRemaining();
      }
      if (ready) {
        getFillInterest().fillable();
      } else {
        super.needsFillInterest();
      }
    }
  }
}
