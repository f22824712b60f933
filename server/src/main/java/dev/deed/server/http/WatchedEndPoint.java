package dev.deed.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that can be asked whether its client is still there, while a request is answered and
 * nobody reads from it. What such a look takes off the socket, the beginning of a next request, is
 * given to who reads next. Safe for use from many threads.
 */
final class WatchedEndPoint extends SocketChannelEndPoint {
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
