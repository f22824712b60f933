package dev.deed.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may do with a connection, in bytes. */
final class ConnectionsTest {
  private static final Duration BODY_TIME = Duration.ofSeconds(2);
  private static final int SENT_AHEAD = 20_000;

  private final CountDownLatch left = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final LoggedLines log = new LoggedLines();
  private final HttpServer server = open();

  private HttpServer open() {
    try {
      return HttpServer.open(
          new HttpServer.Listening("127.0.0.1", 0, 1 << 20, BODY_TIME, 1 << 24),
          new Routes()
              .probe("/alive", ConnectionsTest::ok)
              .get("/answer", ConnectionsTest::ok)
              .get("/compute", this::compute)
              .post("/long", exchange -> StrictJson.of(exchange, json -> computed()))
              .post("/body", ConnectionsTest::length)
              .post("/wait", this::waitForTheClient),
          new AccessRules(Set.of(), null, new AccessRules.Holders(ApiKeys.NONE, ApiKeys.NONE)),
          log);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    over.set(true);
    server.close();
  }

  private static void ok(Exchange exchange) throws IOException {
    exchange.send(200, JsonNodeFactory.instance.objectNode());
  }

  private static void length(Exchange exchange) throws IOException, InterruptedException {
    int length = exchange.body(body -> body.length);
    exchange.send(200, JsonNodeFactory.instance.objectNode().put("length", length));
  }

  private void compute(Exchange exchange) throws IOException {
    computed();
    ok(exchange);
  }

  private int computed() {
    begun.incrementAndGet();
    while (!over.get()) {
      Thread.onSpinWait();
    }
    return 0;
  }

  private void waitForTheClient(Exchange exchange) throws IOException, InterruptedException {
    exchange.body(body -> body);
    exchange.whenLeft(left::countDown);
    begun.incrementAndGet();
    left.await();
    throw new IOException("the client left");
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(60_000);
    write(socket, text);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static String get(String path, String... headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", headers) + "\r\n";
  }

  private static String post(String path, String body, String... headers) {
    return get(path, headers).replace("GET", "POST").stripTrailing()
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** The head of the next answer. */
  private static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private int status(String request) throws IOException {
    try (Socket socket = send(request)) {
      return Integer.parseInt(head(socket).split(" ")[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/answer", "/alive"})
  void aConnectionIsKeptForTheNextRequest(String path) throws Exception {
    try (Socket socket = send(get(path))) {
      for (int i = 0; i < 3; i++) {
        assertThat(head(socket)).startsWith("HTTP/1.1 200").doesNotContain("close");
        assertThat(socket.getInputStream().readNBytes(2)).isEqualTo("{}".getBytes("US-ASCII"));
        write(socket, get(path));
      }
    }
  }

  @Test
  void severalRequestsSentAtOnceAreAnsweredInTheirOrder() throws Exception {
    String all =
        get("/alive") + get("/answer") + get("/alive") + get("/answer", "Connection: close\r\n");
    try (Socket socket = send(all)) {
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(5);
    }
  }

  /** Whatever requests compute, on threads of their own or on those that read long bodies. */
  @Test
  void probesDoNotWaitForThreads() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    String body = "{\"a\": \"" + "a".repeat(100_000) + "\"}";
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * processors; i++) {
        sockets.add(send(post("/long", body, "Content-Type: application/json\r\n")));
      }
      // What computes holds the threads that read bodies.
      until(() -> begun.get() >= 1);
      for (int i = 0; i < 2 * processors; i++) {
        sockets.add(send(get("/compute")));
      }
      until(() -> begun.get() >= processors + 1);
      for (int i = 0; i < 5; i++) {
        assertThat(status(get("/alive"))).isEqualTo(200);
      }
    } finally {
      over.set(true);
      for (Socket socket : sockets) {
        assertThat(head(socket)).startsWith("HTTP/1.1 200");
        socket.close();
      }
    }
  }

  @Test
  void probesDoNotWaitForClientsThatDoNotRead() throws Exception {
    try (Socket unread = send("")) {
      unread.setSoTimeout(1);
      Thread flood =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 200_000; i++) {
                        write(unread, get("/alive"));
                      }
                    } catch (IOException e) {
                      // It was closed in the end.
                    }
                  });
      flood.join(2_000);
      assertThat(status(get("/alive"))).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
        "Host: localhost\r\n",
        "Content-Type: a/b\r\nContent-Type: a/b\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Origin: http://a\r\nOrigin: http://b\r\n"
      })
  void headersThatComeTwiceAre400(String headers) throws Exception {
    assertThat(status(get("/answer", headers))).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "identity, chunked", "chunked;q=1"})
  void otherCodingsThanChunksAreRefused(String coding) throws Exception {
    String request = get("/body", "Transfer-Encoding: " + coding + "\r\n").replace("GET", "POST");
    assertThat(status(request + "1\r\na\r\n0\r\n\r\n")).isIn(400, 501);
    if (coding.startsWith("gzip")) {
      assertThat(status(request + "1\r\na\r\n0\r\n\r\n")).isEqualTo(501);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0\r\nX-Trailer: ", "1;extension=", "1\r\na\r\n0"})
  void whatIsNoContentMayNotDripForEver(String start) throws Exception {
    String request = get("/body", "Transfer-Encoding: chunked\r\n").replace("GET", "POST");
    long begin = System.nanoTime();
    try (Socket socket = send(request + start)) {
      socket.setSoTimeout(50);
      while (true) {
        write(socket, "0");
        try {
          String answer = head(socket);
          assertThat(answer.isEmpty() || answer.contains(" 408 ")).as(answer).isTrue();
          break;
        } catch (java.net.SocketTimeoutException e) {
          assertThat(Duration.ofNanos(System.nanoTime() - begin))
              .isLessThan(Duration.ofSeconds(60));
        }
      }
    } catch (SocketException e) {
      // Closed as it is written to.
    }
  }

  @Test
  void trailersAreBounded() throws Exception {
    String request = get("/body", "Transfer-Encoding: chunked\r\n").replace("GET", "POST");
    String trailer = "X-Trailer: " + "a".repeat(1000) + "\r\n";
    try (Socket socket = send(request + "1\r\na\r\n0\r\n")) {
      for (int i = 0; i < 100; i++) {
        write(socket, trailer);
      }
      write(socket, "\r\n");
      assertThat(head(socket)).doesNotContain(" 200 ");
    } catch (SocketException e) {
      // Closed as it is written to.
    }
  }

  /** Nobody reads what stands behind a request that is answered, and so its end either. */
  @Test
  void aClientThatSendsAheadAndLeavesIsNoticed() throws Exception {
    try (Socket socket =
        send(post("/wait", "{}") + get("/answer", "X: " + "a".repeat(SENT_AHEAD)))) {
      until(() -> begun.get() == 1);
      assertThat(socket.isConnected()).isTrue();
    }
    assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** It cannot be told from one that left, and leaving has to be noticed. */
  @Test
  void aClientThatClosesItsSideCountsAsGone() throws Exception {
    try (Socket socket = send(post("/wait", "{}"))) {
      until(() -> begun.get() == 1);
      socket.shutdownOutput();
      assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(head(socket)).isEmpty();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void until(Condition condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
