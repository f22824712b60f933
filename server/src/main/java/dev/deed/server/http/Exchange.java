package dev.deed.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer. Belongs to one thread, apart from what the watch over connections does:
 * it tells {@link #whenLeft} once where the client left, and closes the connection where the client
 * does not read.
 */
public final class Exchange {
  private static final String JSON = "application/json";

  /** How long a client may take to read an answer that is whole. */
  private static final long MOST_READ_NANOS = Duration.ofMinutes(2).toNanos();

  private final Request request;
  private final Response response;
  private final WatchedEndPoint endPoint;
  private final ConnectionWatch watch;
  private final BodyBudget.Share share;
  private final BodyReader body;
  private final String id;
  private String model = "";
  private int status;

  private volatile Runnable left = () -> {};
  private volatile boolean gone;
  private volatile long readBy = Long.MAX_VALUE;

  Exchange(
      Request request, Response response, ConnectionWatch watch, BodyBudget budget, long mostBody) {
    this.request = request;
    this.response = response;
    this.endPoint = (WatchedEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
    this.watch = watch;
    this.share = budget.share();
    this.body = new BodyReader(request, mostBody, share);
    this.id = RequestId.of(request.getHeaders().get(RequestId.HEADER));
    header(RequestId.HEADER, id);
    header("X-Content-Type-Options", "nosniff");
    endPoint.begin();
  }

  /** The method of HTTP, such as {@code POST}. */
  public String method() {
    return request.getMethod();
  }

  /** The path, with percent signs decoded. */
  public String path() {
    String path = Request.getPathInContext(request);
    return path == null ? "" : path;
  }

  /** A header of the request; null where it has none of that name. */
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  Request request() {
    return request;
  }

  /** Sets a header of the answer. */
  public void header(String name, String value) {
    response.getHeaders().put(name, value);
  }

  /** What the request is called in logs and in the answer's header. */
  public String id() {
    return id;
  }

  /**
   * The name of the served model that the request names, for metrics; empty while none is known.
   */
  public String model() {
    return model;
  }

  /** Says which served model the request names. */
  public void model(String name) {
    model = name;
  }

  /**
   * Reads the whole body. From now on the connection is watched.
   *
   * @throws ApiException when it is too long, takes too long, or there is no memory for it
   * @throws IOException when the client left
   */
  public byte[] body() throws IOException {
    byte[] whole = body.read();
    endPoint.watch();
    watch.add(this);
    return whole;
  }

  /** Says what to do, once, when the client leaves; at once where it has. Any thread may do it. */
  public void whenLeft(Runnable action) {
    left = action;
    if (gone) {
      action.run();
    }
  }

  /** Whether the client left. */
  public boolean isLeft() {
    return gone;
  }

  /** Called by the watch. */
  void look() {
    if (!gone && endPoint.isLeft()) {
      leave();
    }
    if (System.nanoTime() - readBy > 0 && readBy != Long.MAX_VALUE) {
      endPoint.close(new TimeoutException("the client does not read"));
      leave();
    }
  }

  private void leave() {
    gone = true;
    left.run();
  }

  /** Sends an answer of JSON. */
  public void send(int code, JsonNode json) throws IOException {
    send(code, JSON, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a whole answer. */
  public void send(int code, String contentType, byte[] content) throws IOException {
    header("Content-Type", contentType);
    header("Content-Length", Integer.toString(content.length));
    finishSoon();
    write(code, true, content);
  }

  /** Sends an answer without a body. */
  public void send(int code) throws IOException {
    finishSoon();
    write(code, true, new byte[0]);
  }

  /** Begins a stream of events. */
  public EventStream stream() throws IOException {
    header("Content-Type", "text/event-stream; charset=utf-8");
    header("Cache-Control", "no-store");
    header("X-Accel-Buffering", "no");
    write(200, false, new byte[0]);
    return new EventStream(this);
  }

  /** The answer is whole, and the client has so long to read it. */
  void finishSoon() {
    readBy = System.nanoTime() + MOST_READ_NANOS;
  }

  void write(int code, boolean last, byte[] content) throws IOException {
    if (!response.isCommitted()) {
      status = code;
      response.setStatus(code);
      if (!body.ended()) {
        header("Connection", "close");
      }
    }
    ByteBuffer buffer = content.length == 0 ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(content);
    Content.Sink.write(response, last, buffer);
  }

  /** Whether the status was sent. */
  public boolean isCommitted() {
    return response.isCommitted();
  }

  /** The status that was sent; 0 before. */
  int status() {
    return status;
  }

  /** Sends an error; where the client still sends, it is read until it has read the answer. */
  void refuse(ApiException error) throws IOException {
    error.headers().forEach(this::header);
    send(error.status(), error.json());
    if (!body.ended() && error.status() != 408) {
      body.drain();
    }
  }

  /** Lets go of the connection and of memory. */
  void end() {
    watch.remove(this);
    endPoint.end();
    share.release();
  }
}
