package dev.deed.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class HttpServerTest {
  private static final HttpServer.Listening LISTENING =
      new HttpServer.Listening("127.0.0.1", 0, 1_000, Duration.ofSeconds(45), 10_000);

  private static HttpServer serving(Endpoint endpoint) throws IOException {
    return HttpServer.open(
        LISTENING,
        new Routes().get("/answer", endpoint),
        new AccessRules(Set.of(), null, new AccessRules.Holders(ApiKeys.NONE, ApiKeys.NONE)),
        new LoggedLines());
  }

  private static CompletableFuture<HttpResponse<String>> ask(HttpClient client, HttpServer server) {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/answer");
    return client.sendAsync(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A request that was cut off says so while the port closes already. */
  @Test
  void answersThatBeganAreWrittenBeforeTheEnd() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpServer server =
          serving(
              exchange -> {
                asked.countDown();
                closing.await();
                Thread.sleep(100);
                throw ApiException.unavailable(
                    "shutdown", "the server ends", Duration.ofSeconds(1));
              });
      CompletableFuture<HttpResponse<String>> answer = ask(client, server);
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      closing.countDown();
      server.close();
      assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    }
  }

  /** A request that hangs does not keep the server from its end. */
  @Test
  void theEndDoesNotWaitForOneThatHangs() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpServer server =
          serving(
              exchange -> {
                asked.countDown();
                try {
                  Thread.sleep(Duration.ofMinutes(1));
                } finally {
                  ended.set(true);
                }
              });
      CompletableFuture<HttpResponse<String>> answer = ask(client, server);
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      server.close();
      assertThat(ended).isFalse();
      try {
        assertThat(answer)
            .failsWithin(Duration.ofSeconds(60))
            .withThrowableThat()
            .withCauseInstanceOf(IOException.class);
      } finally {
        client.shutdownNow();
      }
    }
  }

  /** One that the port took while it closed does not leave its client waiting. */
  @Test
  void theEndClosesConnectionsThatCameDuringIt() throws Exception {
    for (int i = 0; i < 10; i++) {
      HttpServer server = serving(exchange -> {});
      int port = server.port();
      Queue<Socket> open = new ConcurrentLinkedQueue<>();
      open.add(new Socket("127.0.0.1", port));
      Thread client =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        open.add(new Socket("127.0.0.1", port));
                      }
                    } catch (IOException e) {
                      // The port is closed.
                    }
                  });
      server.close();
      client.join();
      for (Socket socket : open) {
        try (socket) {
          socket.setSoTimeout(10_000);
          // Where too many came at once, the system told the client of a connection that it never
          // gave to the server. It says so once the client sends something.
          socket.getOutputStream().write('G');
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
          // It was reset.
        }
      }
    }
  }

  /**
   * Where the system has no place for one that the server has not taken, it looks a second later.
   */
  @Test
  void aThousandConnectionsAtOnceDoNotWaitForEachOther() throws IOException {
    List<Socket> open = new ArrayList<>();
    try (HttpServer server = serving(exchange -> {})) {
      int late = 0;
      for (int i = 0; i < 1000; i++) {
        long start = System.nanoTime();
        open.add(new Socket("127.0.0.1", server.port()));
        late += System.nanoTime() - start > 900_000_000 ? 1 : 0;
      }
      // A busy machine may hold this thread up now and then.
      assertThat(late).isLessThan(20);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }
}
