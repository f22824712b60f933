package dev.deed.server.http;

import dev.deed.files.IoReason;
import java.io.IOException;
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
}
