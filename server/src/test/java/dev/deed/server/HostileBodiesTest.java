package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies within the bound of their bytes that cost much to read, or would at each step. */
class HostileBodiesTest {
  private static final String GENERATE = "/v1/generate";
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETIONS = "/v1/completions";
  private static final String ASKED = "\"messages\": [{\"role\": \"user\", \"content\": \"w3\"}]";

  /** Far above what any takes on a machine that does nothing else. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static RunningServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    ServerOptions options =
        new ServerOptions("127.0.0.1", 0, null, 32L << 20, 2, null, Set.of(), 60);
    server = RunningServer.of(options, TinyModel.in(folder), "tiny");
  }

  @AfterAll
  static void end() {
    server.close();
  }

  /**
   * @param name what is much
   * @param path where it is sent
   * @param json made when it is sent: all together would fill the memory
   */
  private record Body(String name, String path, Supplier<String> json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Body> bodies() {
    List<Body> bodies = new ArrayList<>();
    add(bodies, "empty objects", () -> "\"x\": " + list("{}", 8_000_000));
    add(bodies, "numbers", () -> "\"x\": " + list("1", 8_000_000));
    add(bodies, "depth", () -> "\"x\": " + "[".repeat(1 << 20) + "]".repeat(1 << 20));
    add(bodies, "digits", () -> "\"id\": " + "9".repeat(8 << 20));
    add(bodies, "fraction", () -> "\"id\": 0." + "1".repeat(8 << 20));
    add(bodies, "exponent", () -> "\"exits\": {\"threshold\": 1e" + "9".repeat(900) + "}");
    add(bodies, "name", () -> "\"" + "n".repeat(8 << 20) + "\": 1");
    add(bodies, "names", () -> names(1_000_000));
    for (int count : new int[] {1_000_000, 50_000}) {
      add(bodies, "logit_bias " + count, () -> "\"logit_bias\": {" + names(count) + "}");
      add(bodies, "stop " + count, () -> "\"stop\": " + list("\"w\"", count));
      add(bodies, "targets " + count, () -> "\"targets\": " + list("5", count));
      for (String setting :
          List.of(
              "begin_suppress_tokens",
              "eos_token_id",
              "exponential_decay_length_penalty",
              "force_words_ids",
              "forced_decoder_ids",
              "forced_eos_token_id",
              "suppress_tokens",
              "stop_strings",
              "temperature",
              "cache_config")) {
        setting(bodies, setting, () -> list("5", count));
      }
      setting(bodies, "bad_words_ids", () -> list("[5]", count));
      setting(bodies, "bad_words_ids", () -> "[" + list("5", count) + "]");
      setting(bodies, "sequence_bias", () -> list("[[5], 1]", count));
      setting(bodies, "sequence_bias", () -> "[[" + list("5", count) + ", 1]]");
      bodies.add(generate("layers", () -> "\"exits\": {\"layers\": " + list("1", count) + "}"));
      bodies.add(generate("words", () -> "\"ocr\": " + list("{\"text\": 5}", count)));
      bodies.add(chat("deed", () -> "\"deed\": {" + names(count) + "}"));
      bodies.add(new Body("turns", CHAT, () -> "{\"messages\": " + list("{}", count) + "}"));
      bodies.add(
          new Body("prompts", COMPLETIONS, () -> "{\"prompt\": " + list("\"w3\"", count) + "}"));
    }
    return bodies.stream();
  }

  private static Body generate(String name, Supplier<String> field) {
    return new Body(name, GENERATE, () -> "{\"prompt\": \"w3\", " + field.get() + "}");
  }

  private static Body chat(String name, Supplier<String> field) {
    return new Body(name, CHAT, () -> "{" + field.get() + ", " + ASKED + "}");
  }

  /** A field of a line, and of a chat. */
  private static void add(List<Body> bodies, String name, Supplier<String> field) {
    bodies.add(generate(name, field));
    bodies.add(chat(name + " of a chat", field));
  }

  private static void setting(List<Body> bodies, String name, Supplier<String> value) {
    Supplier<String> field = () -> "\"" + name + "\": " + value.get();
    bodies.add(generate(name, () -> "\"generation\": {" + field.get() + "}"));
    bodies.add(chat(name + " of a chat", field));
  }

  private static String list(String entry, int count) {
    return "[" + (entry + ",").repeat(count - 1) + entry + "]";
  }

  private static String names(int count) {
    StringBuilder names = new StringBuilder();
    IntStream.range(0, count)
        .forEach(i -> names.append(i == 0 ? "\"" : ",\"").append(i).append("\":1"));
    return names.toString();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void areRefusedSoon(Body body) throws Exception {
    String json = body.json.get();
    long begin = System.nanoTime();
    RunningServer.Reply reply = server.post(body.path, json);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(reply.status()).as(reply.text()).isIn(400, 413);
    assertThat(reply.json().path("error").path("message").asText()).hasSizeBetween(1, 2000);
    assertThat(took).isLessThan(SOON);
  }

  /** Many at once: the server answers probes and small requests beside them. */
  @Test
  void doNotHoldUpOthers() throws Exception {
    String[] hostile = {
      "{\"x\": " + list("{}", 8_000_000) + "}",
      "{\"prompt\": \"w3\", \"generation\": {\"bad_words_ids\": " + list("[5]", 1_000_000) + "}}",
      "{\"prompt\": \"w3\", " + names(100_000) + "}"
    };
    List<CompletableFuture<HttpResponse<Void>>> sent = new ArrayList<>();
    List<Duration> probes = new ArrayList<>();
    List<Duration> both = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 12; i++) {
        HttpRequest request = server.posting(GENERATE, hostile[i % hostile.length]);
        sent.add(client.sendAsync(request, HttpResponse.BodyHandlers.discarding()));
      }
      HttpRequest live =
          HttpRequest.newBuilder(URI.create(server.server.url() + "/health/live")).build();
      while (sent.stream().anyMatch(one -> !one.isDone())) {
        long begin = System.nanoTime();
        assertThat(server.client().send(live, HttpResponse.BodyHandlers.discarding()).statusCode())
            .isEqualTo(200);
        probes.add(Duration.ofNanos(System.nanoTime() - begin));
        assertThat(server.post(GENERATE, "{\"prompt\": 5}").status()).isEqualTo(400);
        both.add(Duration.ofNanos(System.nanoTime() - begin));
      }
      for (CompletableFuture<HttpResponse<Void>> one : sent) {
        assertThat(one.join().statusCode()).isIn(200, 400, 413, 429, 503);
      }
    }
    // The slowest say how busy the machine is, with the clients of this test too.
    assertThat(median(probes)).isLessThan(SOON);
    assertThat(median(both)).isLessThan(SOON);
  }

  private static Duration median(List<Duration> durations) {
    return durations.stream().sorted().toList().get(durations.size() / 2);
  }
}
