package dev.deed.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StaticBatchServerTest {
  private static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("models/screenshot-markup");

  @Test
  void answersRequestsOfABatch() throws Exception {
    try (StaticBatchServer server = StaticBatchServer.start(MODEL, 0, 4);
        HttpClient client = HttpClient.newHttpClient()) {
      byte[] file = Files.readAllBytes(MODEL.resolve("samples/pair.png"));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
              .POST(
                  BodyPublishers.ofString(
                      """
                      {"messages": [{"role": "user", "content": [{"type": "image_url",
                       "image_url": {"url": "data:image/png;base64,%s"}}]}]}"""
                          .formatted(Base64.getEncoder().encodeToString(file))))
              .build();
      List<CompletableFuture<HttpResponse<String>>> answers =
          List.of(
              client.sendAsync(request, BodyHandlers.ofString()),
              client.sendAsync(request, BodyHandlers.ofString()));
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS).body())
            .contains("header {", "completion_tokens");
      }
    }
  }
}
