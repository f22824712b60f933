package dev.deed.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.server.http.ApiKeys.RequestRate;
import dev.deed.server.http.BodyReader.BodyBudget;
import dev.deed.server.http.BodyReader.BodyRules;
import dev.deed.server.http.WatchedConnector.WatchedEndPoint;
import dev.deed.value.Client;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketCreator;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer. Belongs to one thread, apart from what the watch over connections does:
 * it tells {@link #whenLeft} once where the client left, and closes the connection where the client
 * does not read.
 */
public final class Exchange {
  /** Names the request: a client's own name is taken where it is harmless. */
  static final String ID_HEADER = "X-Request-Id";

  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

  /** How long a client may take to read an answer that is whole. */
  private static final long MOST_READ_NANOS = Duration.ofMinutes(2).toNanos();

  /** Beyond the time of a body, after which a reader that waits is still waiting. */
  private static final long GRACE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long NEVER = Long.MAX_VALUE;
  private static final Runnable NOTHING = () -> {};

  private final Request request;
  private final Response response;
  private final WatchedEndPoint endPoint;
  private final ConnectionWatch watch;
  private final BodyBudget.Share share;
  private final BodyReader body;
  private final BodyRules rules;
  private final String id;
  private String model = "";
  private Client client = Client.ANYONE;
  private @Nullable RequestRate rate;

  private final AtomicReference<Runnable> left = new AtomicReference<>(NOTHING);
  private volatile boolean gone;

  /** When the watch closes the connection of a client that still sends or reads; or never. */
  private volatile long closeBy = NEVER;

  /** Is told of the end of an answer that nobody waits for; null where the thread waits for it. */
  private @Nullable Callback completion;

  private @Nullable EventStream stream;

  Exchange(Request request, Response response, ConnectionWatch watch, BodyRules rules) {
    this.request = request;
    this.response = response;
    this.endPoint = (WatchedEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
    this.watch = watch;
    this.rules = rules;
    this.share = rules.budget().share();
    this.body = new BodyReader(request, rules, share);
    String given = header(ID_HEADER);
    this.id =
        given != null && HARMLESS.matcher(given).matches() ? given : UUID.randomUUID().toString();
    header(ID_HEADER, id);
    header("X-Content-Type-Options", "nosniff");
    endPoint.begin();
  }

  public String method() {
    return request.getMethod();
  }

  /** The path, with percent signs decoded. */
  public String path() {
    String path = Request.getPathInContext(request);
    return path == null ? "" : URIUtil.decodePath(path);
  }

  /** A parameter of the address; null where it has none of that name, or cannot be read. */
  public @Nullable String query(String name) {
    try {
      return Request.extractQueryParameters(request).getValue(name);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** A path as addresses spell it, with percent signs. */
  public static String address(String path) {
    return URIUtil.encodePath(path);
  }

  /** A header of the request; null where it has none of that name. */
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  Request request() {
    return request;
  }

  /**
   * Refuses what a browser sent for a page of another origin that is not allowed to ask.
   *
   * @throws ApiException 403
   */
  void refuseForeignPage() {
    String origin = header("Origin");
    if (origin == null || response.getHeaders().contains("Access-Control-Allow-Origin")) {
      return;
    }
    String own = header("Host");
    if (own == null || !origin.equals("http://" + own) && !origin.equals("https://" + own)) {
      throw ApiException.ofStatus(
          403, "Origin: pages of other origins may not ask; deed serve --allow-origin lets one");
    }
  }

  /** Sets a header of the answer. */
  public void header(String name, String value) {
    response.getHeaders().put(name, value);
  }

  /** What the request is called in logs and in the answer's header. */
  public String id() {
    return id;
  }

  /** The served model that the request names, for metrics; empty while none is known. */
  public String model() {
    return model;
  }

  public void model(String name) {
    model = name;
  }

  /** Who asks, once that is known. */
  public Client client() {
    return client;
  }

  void client(Client asking) {
    client = asking;
  }

  /** Notes what the request was counted by. */
  void counted(RequestRate by) {
    rate = by;
  }

  /** The request no longer counts: nothing was done for it. */
  void uncount() {
    if (rate != null) {
      rate.giveBack();
    }
  }

  /** Whether it asks to go on as a WebSocket. */
  boolean opensSocket() {
    return header("Sec-WebSocket-Key") != null;
  }

  /** Where the request comes from. */
  String address() {
    return Request.getRemoteAddr(request);
  }

  /**
   * Reads the whole body and what it says, a long one on another thread. From then on the
   * connection is watched.
   *
   * @param reader is given the body; what it throws of an input is answered as that
   * @throws ApiException when the body is coded or too long, or takes too long, when there is no
   *     memory for it, when too many others wait, and what the reader throws
   * @throws IOException when the client left
   */
  public <T> T body(Function<byte[], T> reader) throws IOException, InterruptedException {
    String encoding = header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw ApiException.unknownKind("Content-Encoding: send the body as it is", null);
    }
    closeAfter(rules.time());
    byte[] whole = body.read();
    closeBy = NEVER;
    endPoint.watch();
    return rules
        .workers()
        .work(whole.length, () -> ApiException.reading(() -> reader.apply(whole)));
  }

  /**
   * Has the watch close the connection where reading takes longer. A reader alone does not notice
   * it while a client drips what is no content: trailers, or what belongs to the frames of chunks.
   */
  private void closeAfter(Duration time) {
    closeBy = System.nanoTime() + time.toNanos() + GRACE_NANOS;
    watch.add(this);
  }

  /**
   * Takes memory for what was made of the body, until the answer is sent.
   *
   * @throws ApiException 429 when others hold too much
   */
  public void takeMemory(long bytes) {
    share.grow(bytes);
  }

  /**
   * Says what to do, once, when the client leaves before the answer is whole; at once where it has.
   * Any thread may do it.
   */
  public void whenLeft(Runnable action) {
    left.set(action);
    if (gone) {
      leave();
    }
  }

  public boolean isLeft() {
    return gone;
  }

  /** Called by the watch. */
  void look() {
    if (!gone && endPoint.isLeft()) {
      leave();
    }
    long end = closeBy;
    if (end != NEVER && System.nanoTime() - end > 0) {
      endPoint.close(new TimeoutException("the client neither sent nor read in time"));
      leave();
    }
  }

  private void leave() {
    gone = true;
    left.getAndSet(NOTHING).run();
  }

  public void send(int code, JsonNode json) throws IOException {
    send(code, "application/json", json.toString().getBytes(StandardCharsets.UTF_8));
  }

  public void send(int code, String contentType, byte[] content) throws IOException {
    header("Content-Type", contentType);
    header("Content-Length", Integer.toString(content.length));
    markWhole();
    write(code, true, content);
  }

  /** Sends an answer without a body. */
  public void send(int code) throws IOException {
    markWhole();
    write(code, true, new byte[0]);
  }

  public EventStream stream() {
    stream = new EventStream(this);
    return stream;
  }

  /**
   * The answer is whole: a client that leaves cancels nothing, and it has two minutes to read what
   * was not sent yet.
   */
  public void markWhole() {
    left.set(NOTHING);
    closeBy = System.nanoTime() + MOST_READ_NANOS;
  }

  void write(int code, boolean last, byte[] content) throws IOException {
    if (!response.isCommitted()) {
      response.setStatus(code);
      if (!body.ended()) {
        header("Connection", "close");
      }
    }
    ByteBuffer buffer = content.length == 0 ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(content);
    if (completion != null) {
      response.write(last, buffer, completion);
      return;
    }
    try {
      Content.Sink.write(response, last, buffer);
    } catch (IOException e) {
      leave();
      throw e;
    }
  }

  /** Has no thread wait for the client to read the answer, nor for the rest of a refused body. */
  void completeWith(Callback whole) {
    completion = whole;
  }

  public boolean isCommitted() {
    return response.isCommitted();
  }

  /** The status of its answer. */
  public int status() {
    return response.getStatus();
  }

  /**
   * Sends an error, within a stream as its last event. Where the client still sends, it is read
   * until it has read the answer.
   *
   * @throws IOException when a part of another answer was sent, or the client left
   */
  public void refuse(ApiException error) throws IOException {
    if (isCommitted()) {
      if (stream == null) {
        throw new IOException(error);
      }
      stream.fail(error);
      return;
    }
    error.headers().forEach(this::header);
    send(error.status(), error.json());
    if (completion == null && !body.ended() && error.status() != 408) {
      closeAfter(rules.drainTime());
      body.drain();
      closeBy = NEVER;
    }
  }

  /**
   * Goes on as a WebSocket, whose talk says what memory it holds.
   *
   * @param mostBytes of a text that the client sends
   * @param end runs when the talk is over, or does not begin
   * @throws ApiException 426 where no WebSocket is asked for
   * @throws IOException when the client left
   */
  public void upgrade(MessageSocket.Talk talk, int mostBytes, Runnable end)
      throws IOException, InterruptedException {
    Runnable over =
        () -> {
          end.run();
          share.hold(client.name(), 0);
        };
    WebSocketCreator creator =
        (upgrade, answer, _) -> {
          // Compressed, a few bytes would become as many as may come.
          answer.setExtensions(List.of());
          answer.setAcceptedSubProtocol(upgrade.hasSubProtocol("realtime") ? "realtime" : null);
          return new MessageSocket(talk, mostBytes, now -> share.hold(client.name(), now), over);
        };
    Callback.Completable answered = new Callback.Completable();
    boolean isUpgraded = false;
    try {
      var sockets = ServerWebSocketContainer.get(request.getContext());
      if (!sockets.upgrade(creator, request, response, answered)) {
        throw ApiException.ofStatus(426, "this path is a WebSocket's; ask for an upgrade to one");
      }
      answered.get();
      isUpgraded = status() == HttpStatus.SWITCHING_PROTOCOLS_101;
    } catch (ExecutionException e) {
      throw new IOException(e);
    } finally {
      if (!isUpgraded) {
        over.run();
      }
    }
  }

  /** Closes the connection: nobody is there to be told of an error. */
  void close(Throwable failure) {
    endPoint.close(failure);
  }

  /** Lets go of the connection and of memory. */
  void end() {
    watch.remove(this);
    if (status() != HttpStatus.SWITCHING_PROTOCOLS_101) {
      endPoint.end();
      share.release();
    }
  }
}
