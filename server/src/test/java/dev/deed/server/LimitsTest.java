package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String GENERATE = "/v1/generate";
  private static final String SHORT =
      "{\"prompt\": \"w3\", \"generation\": {\"max_new_tokens\": 1}}";
  private static final String LONG =
      "{\"prompt\": \"w3\", \"generation\": {\"max_new_tokens\": 100000, \"min_new_tokens\": 100000}";

  private static RunningServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny");
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @Test
  void rowsAndWaitingPlacesAreTakenAndNoMore() throws Exception {
    double refused = server.metric("deed_requests_rejected_total", "queue_full");
    List<Socket> taken = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        taken.add(send(server.raw(GENERATE, LONG + "}")));
      }
      until(() -> busy() == 4);
      RunningServer.Reply reply = server.post(GENERATE, SHORT);
      assertThat(reply.status()).isEqualTo(429);
      assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 120);
      assertThat(reply.json().path("error").path("code").asText()).isEqualTo("queue_full");
      assertThat(server.metric("deed_requests_rejected_total", "queue_full"))
          .isEqualTo(refused + 1);
      assertThat(server.get("/health/ready").status()).isEqualTo(503);
    } finally {
      close(taken);
    }
    until(() -> busy() == 0);
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    assertThat(server.post(GENERATE, SHORT).status()).isEqualTo(200);
  }

  /** A client that tries again would try for ever. */
  @Test
  void moreTextsThanThereIsRoomForAreNoQueueThatIsFull() throws Exception {
    String five = "{\"prompt\": [\"w3\", \"w3\", \"w3\", \"w3\", \"w3\"], \"max_tokens\": %d}";
    RunningServer.Reply reply = server.post("/v1/completions", five.formatted(50_000));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("error").path("param").asText()).isEqualTo("prompt");
    until(() -> busy() == 0);
  }

  @Test
  void clientsThatLeaveAreCancelled() throws Exception {
    double before = server.metric("deed_requests_cancelled_total", "client_closed");
    double tokens = metric("deed_tokens_total", "generated");
    try (Socket whole = send(server.raw(GENERATE, LONG + "}"));
        Socket stream = send(server.raw(GENERATE, LONG + ", \"stream\": true}"))) {
      until(() -> busy() == 2);
      assertThat(line(stream)).startsWith("HTTP/1.1 200");
      assertThat(whole.isClosed()).isFalse();
    }
    until(() -> busy() == 0);
    until(() -> cancelled() == before + 2);
    until(() -> metric("deed_tokens_total", "generated") > tokens);
  }

  @Test
  void aNextRequestBehindARunningOneIsAnsweredToo() throws Exception {
    double before = metric("deed_tokens_total", "generated");
    try (Socket socket = server.connect()) {
      String slow =
          "{\"prompt\": \"w3\", \"generation\": {\"max_new_tokens\": 800, \"min_new_tokens\": 800}}";
      socket.getOutputStream().write(server.raw(GENERATE, slow));
      socket.getOutputStream().flush();
      until(() -> busy() == 1 || metric("deed_tokens_total", "generated") > before);
      socket.getOutputStream().write(server.raw(GENERATE, SHORT, "Connection: close\r\n"));
      socket.getOutputStream().flush();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(3);
    }
  }

  @Test
  void a413CanBeReadOnceTheWholeBodyWasSent() throws Exception {
    String body = "{\"id\": \"" + "a".repeat(3_000_000) + "\", \"prompt\": \"w3\"}";
    try (Socket socket = send(server.raw(GENERATE, body))) {
      assertThat(line(socket)).startsWith("HTTP/1.1 413");
    }
    String told = "POST /v1/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n";
    try (Socket socket = send(told.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(line(socket)).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void errorsOfHttpAreJsonToo() throws Exception {
    assertThat(server.get("/no").status()).isEqualTo(404);
    assertThat(server.get("/no").json().path("error").path("type").asText()).isNotEmpty();
    RunningServer.Reply method = server.get(GENERATE);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.header("Allow")).contains("POST");
    assertThat(method.json().path("error").has("code")).isTrue();
    RunningServer.Reply flood = server.get("/v1/models", "X-Long", "a".repeat(20_000));
    assertThat(flood.status()).isEqualTo(431);
    assertThat(flood.json().path("error").path("message").asText()).isNotEmpty();
  }

  @Test
  void onlyKnownNamesLeadHere() throws Exception {
    for (String host : List.of("localhost:1", "127.0.0.1", "[::1]:8080", "LOCALHOST")) {
      assertThat(status("GET /v1/models HTTP/1.1\r\nHost: " + host)).as(host).isEqualTo(200);
    }
    for (String host : List.of("evil.example", "127.0.0.1.evil.example:80", "evil:localhost")) {
      assertThat(status("GET /v1/models HTTP/1.1\r\nHost: " + host)).as(host).isIn(400, 421);
    }
    for (String[] two : new String[][] {{"evil.example", "localhost"}, {"localhost", "evil"}}) {
      String head = "GET http://" + two[0] + "/v1/models HTTP/1.%d\r\nHost: " + two[1];
      assertThat(status(head.formatted(0))).isIn(400, 421);
      assertThat(status(head.formatted(1))).isIn(400, 421);
    }
  }

  @Test
  void http10GetsNoChunksAndUpgradesAreIgnored() throws Exception {
    String stream =
        "{\"prompt\": \"w3\", \"stream\": true, \"generation\": {\"max_new_tokens\": 2}}";
    try (Socket socket =
        send(
            new String(server.raw(GENERATE, stream), StandardCharsets.US_ASCII)
                .replace("HTTP/1.1", "HTTP/1.0")
                .getBytes(StandardCharsets.US_ASCII))) {
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all).doesNotContain("chunked").contains("event: done");
    }
    assertThat(
            status(
                "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade,"
                    + " HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"))
        .isEqualTo(200);
  }

  @Test
  void requestsKeepTheirHarmlessNames() throws Exception {
    assertThat(server.get("/health/live", "X-Request-Id", "abc-1").header("X-Request-Id"))
        .isEqualTo("abc-1");
    assertThat(server.get("/health/live", "X-Request-Id", "a b<c>").header("X-Request-Id"))
        .hasSize(36);
  }

  @Test
  void theDescriptionIsServedAndTagged() throws Exception {
    RunningServer.Reply first = server.get("/openapi.yaml");
    assertThat(first.text()).contains("/v1/generate:");
    assertThat(server.get("/openapi.yaml", "If-None-Match", first.header("ETag")).status())
        .isEqualTo(304);
    assertThat(server.get("/page/..%2Fopenapi.yaml").status()).isIn(400, 404);
    assertThat(MAPPER.readTree(server.get("/page/examples.json").text())).isEmpty();
  }

  private static int status(String head) throws IOException {
    String close = head.contains("Connection:") ? "" : "\r\nConnection: close";
    try (Socket socket = send((head + close + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII))) {
      return Integer.parseInt(line(socket).split(" ")[1]);
    }
  }

  private static Socket send(byte[] bytes) throws IOException {
    Socket socket = server.connect();
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return socket;
  }

  private static String line(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return String.valueOf(
        new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1)).readLine());
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static double busy() {
    return metric("deed_requests_running") + metric("deed_requests_waiting");
  }

  private static double cancelled() {
    return metric("deed_requests_cancelled_total");
  }

  private static double metric(String name) {
    return metric(name, "");
  }

  private static double metric(String name, String holding) {
    try {
      return server.metric(name, holding);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
