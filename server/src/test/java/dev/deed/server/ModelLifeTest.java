package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.OpenOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.value.InputException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are loaded and unloaded while requests come. */
final class ModelLifeTest {
  private static final String GENERATE = "/v1/generate";
  private static final String LOAD = "/v1/models/a/load";
  private static final String[] ADMIN = {"Authorization", "Bearer open-4711"};

  private static String tokens(String model, int count) {
    return ("{\"model\": \"%s\", \"prompt\": \"w3\","
            + " \"generation\": {\"max_new_tokens\": %d, \"min_new_tokens\": %d}}")
        .formatted(model, count, count);
  }

  private static RunningServer server(
      Path folder, boolean onRequest, @Nullable Duration idle, String... names) throws Exception {
    return server(folder, new ModelLife("open-4711", onRequest, idle, Long.MAX_VALUE), names);
  }

  private static RunningServer server(Path folder, ModelLife life, String... names)
      throws Exception {
    ServerOptions options = RunningServer.options("sesame-4711", null);
    return RunningServer.living(options, life, TinyModel.in(folder), names);
  }

  private static RunningServer.Reply ask(RunningServer server, String model) throws Exception {
    return server.post(GENERATE, tokens(model, 2), "Authorization", "Bearer sesame-4711");
  }

  private static RunningServer.Reply tell(RunningServer server, String model, String what)
      throws Exception {
    return server.post("/v1/models/" + model + "/" + what, "{}", ADMIN);
  }

  private static List<Boolean> loaded(RunningServer server) throws Exception {
    List<Boolean> loaded = new ArrayList<>();
    JsonNode models = server.get("/v1/models", "Authorization", "Bearer sesame-4711").json();
    models.path("data").forEach(model -> loaded.add(model.path("loaded").asBoolean()));
    return loaded;
  }

  @Test
  void withoutAKeyOfOperatorsThereIsNoSuchPath(@TempDir Path folder) throws Exception {
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny")) {
      assertThat(server.post(LOAD, "", ADMIN).status()).isEqualTo(404);
      assertThat(tell(server, "tiny", "unload").status()).isEqualTo(404);
      assertThat(server.post(GENERATE, tokens("tiny", 1)).status()).isEqualTo(200);
    }
  }

  @Test
  void operatorsLoadAndUnload(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, false, null, "a", "b/c")) {
      String client = "Bearer sesame-4711";
      assertThat(server.post(LOAD, "").status()).isEqualTo(401);
      assertThat(server.post(LOAD, "", "Authorization", client).status()).isEqualTo(401);
      assertThat(server.post(GENERATE, tokens("a", 1), ADMIN).status()).isEqualTo(401);
      assertThat(loaded(server)).containsExactly(true, true);
      // One key is enough for operators: they see what they load.
      assertThat(server.get("/v1/models", ADMIN).status()).isEqualTo(200);

      assertThat(tell(server, "b/c", "unload").status()).isEqualTo(200);
      RunningServer.Reply again = tell(server, "b/c", "unload");
      assertThat(again.status()).isEqualTo(200);
      assertThat(again.json().path("loaded").asBoolean(true)).isFalse();
      assertThat(loaded(server)).containsExactly(true, false);
      RunningServer.Reply refused = ask(server, "b/c");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      assertThat(refused.json().path("error").path("code").asText()).isEqualTo("model_unloaded");
      assertThat(ask(server, "a").status()).isEqualTo(200);
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
      assertThat(server.metric("deed_model_loaded", "model=\"b/c\"", "Authorization", client))
          .isZero();
      assertThat(
              server.metric(
                  "deed_requests_rejected_total", "model_unloaded", "Authorization", client))
          .isEqualTo(1);

      assertThat(tell(server, "a", "unload").status()).isEqualTo(200);
      assertThat(server.get("/health/ready").status()).isEqualTo(503);
      // Opening again leaves unloaded what is unloaded.
      server.server.open();
      assertThat(loaded(server)).containsExactly(false, false);
      RunningServer.Reply back = server.post("/v1/models/b/c/load", "", ADMIN);
      assertThat(back.status()).isEqualTo(200);
      assertThat(back.json().path("id").asText()).isEqualTo("b/c");
      assertThat(back.json().path("loaded").asBoolean()).isTrue();
      assertThat(ask(server, "b/c").status()).isEqualTo(200);
      assertThat(server.get("/health/ready").status()).isEqualTo(200);

      assertThat(tell(server, "../a", "load").status()).isIn(400, 401, 404);
      assertThat(tell(server, "other", "load").status()).isEqualTo(404);
      String other = "{\"parameters\": {\"config\": \"{}\"}}";
      assertThat(server.post("/v1/models/a/load", other, ADMIN).status()).isEqualTo(400);
    }
  }

  @Test
  void requestsThatRunEndOnTheirModelAndItsNextWaitsForThem(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, false, null, "a")) {
      CompletableFuture<HttpResponse<String>> running =
          server.begin(
              GENERATE, count -> tokens("a", count), "Authorization", "Bearer sesame-4711");
      assertThat(tell(server, "a", "unload").status()).isEqualTo(200);
      assertThat(ask(server, "a").status()).isEqualTo(503);
      assertThat(tell(server, "a", "load").status()).isEqualTo(200);
      assertThat(running.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(ask(server, "a").status()).isEqualTo(200);
    }
  }

  @Test
  void aRequestLoadsItsModelOnceForAllThatWait(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, true, null, "a", "b");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(tell(server, "a", "unload").status()).isEqualTo(200);
      assertThat(tell(server, "b", "unload").status()).isEqualTo(200);
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
      assertThat(loaded(server)).containsExactly(false, false);
      List<Future<RunningServer.Reply>> asked = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String model = i % 2 == 0 ? "a" : "b";
        asked.add(threads.submit(() -> ask(server, model)));
      }
      for (Future<RunningServer.Reply> reply : asked) {
        assertThat(reply.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
      assertThat(server.errors)
          .containsOnlyOnce("model a: loaded")
          .containsOnlyOnce("model b: loaded");
    }
  }

  @Test
  void whatNobodyAsksIsUnloaded(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, true, Duration.ofMillis(200), "a")) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 6_000 && loaded(server).getFirst(); i++) {
          Thread.sleep(10);
        }
        assertThat(loaded(server)).containsExactly(false);
        assertThat(ask(server, "a").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void noRequestIsLostWhileModelsComeAndGo(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, true, null, "a");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String expected = ask(server, "a").json().path("text").asText();
      AtomicBoolean over = new AtomicBoolean();
      Future<Integer> operator =
          threads.submit(
              () -> {
                int rounds = 0;
                while (!over.get()) {
                  assertThat(tell(server, "a", "unload").status()).isEqualTo(200);
                  rounds++;
                }
                return rounds;
              });
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < 15; n++) {
                    RunningServer.Reply reply = ask(server, "a");
                    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                    assertThat(reply.json().path("text").asText()).isEqualTo(expected);
                  }
                  return null;
                }));
      }
      for (Future<?> client : clients) {
        client.get(60, TimeUnit.SECONDS);
      }
      over.set(true);
      assertThat(operator.get(30, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void aModelThatCannotBeLoadedIsToldOf(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, true, null, "a")) {
      assertThat(tell(server, "a", "unload").status()).isEqualTo(200);
      Files.delete(folder.resolve("config.json"));
      RunningServer.Reply refused = ask(server, "a");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text()).doesNotContain(folder.toString());
      assertThat(server.errors).anyMatch(line -> line.startsWith("model a: not loaded: "));
    }
  }

  /** A request that goes on until it is closed: its client leaves. */
  private interface Held extends AutoCloseable {
    @Override
    void close() throws Exception;
  }

  private static Held hold(RunningServer server, String model) throws Exception {
    String[] key = {"Authorization", "Bearer sesame-4711"};
    Socket socket = server.connect();
    String line = "Authorization: Bearer sesame-4711\r\n";
    String body = tokens(model, 190_000);
    socket.getOutputStream().write(server.raw(GENERATE, body, line));
    while (server.metric("deed_requests_running", model, key) < 1) {
      Thread.sleep(2);
    }
    return () -> {
      socket.close();
      while (server.metric("deed_requests_running", model, key) > 0) {
        Thread.sleep(2);
      }
    };
  }

  /** Room for the weights of two models of three, and half of one. */
  private static ModelLife roomForTwo(@Nullable String key, boolean onRequest) {
    long one = OpenOptions.defaults().weightBytes(TinyModel.WEIGHTS);
    return new ModelLife(key, onRequest, null, 5 * one / 2);
  }

  @Test
  void theModelThatNobodyHasAskedForLongestMakesRoom(@TempDir Path folder) throws Exception {
    ModelLife life = roomForTwo("open-4711", true);
    String[] client = {"Authorization", "Bearer sesame-4711"};
    try (RunningServer server = server(folder, life, "a", "b", "c")) {
      assertThat(loaded(server)).containsExactly(true, true, false);
      assertThat(server.errors)
          .anyMatch(line -> line.matches("model c: not loaded: weights: model c needs .* free;.*"));
      assertThat(ask(server, "a").status()).isEqualTo(200);
      assertThat(ask(server, "c").status()).isEqualTo(200);
      assertThat(loaded(server)).containsExactly(true, false, true);
      assertThat(server.errors).contains("model b: unloaded", "model c: loaded");
      double one = life.mostWeights() / 5 * 2;
      assertThat(server.metric("deed_model_weight_bytes", "\"c\"", client)).isEqualTo(one);
      assertThat(server.metric("deed_model_weight_bytes", "", client)).isEqualTo(2 * one);
      assertThat(server.get("/v1/models/c", client).json().path("weight_bytes").asDouble())
          .isEqualTo(one);
      // Opening all again takes one at a time.
      server.server.open();
      assertThat(loaded(server)).containsExactly(true, false, true);
    }
  }

  @Test
  void aModelThatIsAskedKeepsItsRoom(@TempDir Path folder) throws Exception {
    try (RunningServer server = server(folder, roomForTwo(null, true), "a", "b", "c");
        Held a = hold(server, "a");
        Held b = hold(server, "b")) {
      RunningServer.Reply refused = ask(server, "c");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      b.close();
      assertThat(ask(server, "c").status()).isEqualTo(200);
      assertThat(loaded(server)).containsExactly(true, false, true);
    }
  }

  @Test
  void withoutRequestsThatLoadNothingMakesRoomByItself(@TempDir Path folder, @TempDir Path other)
      throws Exception {
    ModelLife life = roomForTwo("open-4711", false);
    try (RunningServer server = server(folder, life, "a", "b", "c")) {
      assertThat(tell(server, "c", "load").status()).isEqualTo(503);
      assertThat(server.errors).filteredOn(line -> line.contains("--max-weights")).hasSize(2);
      assertThat(loaded(server)).containsExactly(true, true, false);
      assertThatThrownBy(server.server::open)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("weights: model a needs");
      assertThat(ask(server, "a").status()).isEqualTo(200);
      assertThat(tell(server, "b", "unload").status()).isEqualTo(200);
      assertThat(tell(server, "c", "load").status()).isEqualTo(200);
      assertThat(ask(server, "c").status()).isEqualTo(200);
    }
    ModelLife always = roomForTwo(null, false);
    assertThatThrownBy(() -> server(other, always, "a", "b", "c").close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("weights: model c needs");
  }
}
