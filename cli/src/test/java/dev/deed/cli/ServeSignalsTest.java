package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.server.DeedServer;
import dev.deed.server.ServerOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed serve} before it takes requests. */
final class ServeSignalsTest {
  private static final int TERMINATED = 143;

  @TempDir Path folder = Path.of("");

  /** A pipe in place of the file of hosts holds the server up where it binds its port. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aSignalBeforeThePortIsBoundEndsQuietly() throws Exception {
    Path hosts = folder.resolve("hosts");
    assertThat(run("mkfifo", hosts.toString())).isZero();
    DeedProcess server =
        DeedProcess.start(
            folder,
            List.of("-Djdk.net.hosts.file=" + hosts),
            "serve",
            DeedRun.model("t5-v1_0"),
            "--host",
            "slow.example",
            "--port",
            0);
    try {
      // Opens once the server reads it.
      try (OutputStream names = Files.newOutputStream(hosts)) {
        server.signal("TERM");
        // There is no telling when the handler has run; later is the same as before.
        server.process().waitFor(300, TimeUnit.MILLISECONDS);
        names.write("127.0.0.1 slow.example\n".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(server.end()).isEqualTo(TERMINATED);
      assertThat(server.stderr()).isEmpty();
      assertThat(server.stdout()).isEmpty();
    } finally {
      server.process().destroyForcibly();
    }
  }

  private static ModelSource source(Runnable opens) {
    Path model = DeedRun.model("t5-v1_0");
    return new ModelSource(
        "t5",
        _ -> {
          opens.run();
          return EncoderDecoderModel.open(model, 1);
        },
        EngineOptions.defaults().withKnee(2),
        Duration.ofMinutes(1),
        Duration.ZERO,
        _ -> null);
  }

  private static ServerOptions options(@Nullable String keys) {
    return new ServerOptions("127.0.0.1", 0, keys, 1 << 20, 4, null, Set.of(), 60);
  }

  /** Else the models would be opened twice at once. */
  @Test
  void aHangUpWhileModelsAreOpenedOpensNone() {
    AtomicInteger opened = new AtomicInteger();
    ModelSource source = source(opened::incrementAndGet);
    ServerOptions options = options(null);
    List<String> lines = new ArrayList<>();
    ServeSignals signals = new ServeSignals(lines::add, null);
    try (DeedServer server =
        DeedServer.start(options, ModelLife.ALWAYS, List.of(source), lines::add)) {
      signals.reload();
      assertThat(signals.opening(server, Thread.currentThread())).isTrue();
      signals.reload();
      assertThat(opened).hasValue(0);
      server.open();
      signals.opened();
      signals.reload();
      assertThat(opened).hasValue(2);
      assertThat(lines).containsExactly("models opened again");
    }
  }

  @Test
  void aHangUpReadsTheKeysAgain() throws Exception {
    AtomicReference<String> file = new AtomicReference<>("old-key");
    List<String> lines = new ArrayList<>();
    ServeSignals signals =
        new ServeSignals(lines::add, server -> server.replaceKeys(file.get(), "admin-key"));
    try (DeedServer server =
        DeedServer.start(
            options("old-key"), ModelLife.ALWAYS, List.of(source(() -> {})), lines::add)) {
      signals.opening(server, Thread.currentThread());
      server.open();
      signals.opened();
      assertThat(List.of(status(server, "old-key"), status(server, "new-key")))
          .containsExactly(200, 401);
      file.set("new-key name=shop\nother-key name=night");
      signals.reload();
      assertThat(List.of(status(server, "old-key"), status(server, "new-key")))
          .containsExactly(401, 200);
      file.set("third-key\nfourth-key");
      signals.reload();
      assertThat(List.of(status(server, "third-key"), status(server, "new-key")))
          .containsExactly(401, 200);
      assertThat(status(server, "admin-key")).isEqualTo(200);
    }
    assertThat(lines)
        .containsExactly(
            "keys read again",
            "models opened again",
            "keys not read again, the earlier ones stay: API key 1: has no name of its own; write"
                + " name=NAME behind each of several keys",
            "models opened again");
  }

  private static int status(DeedServer server, String key)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/models"))
            .header("Authorization", "Bearer " + key)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void boundsAreThoseOfTheEngine() {
    Path model = DeedRun.model("t5-v1_0");
    DeedRun.of("serve", model, "--port", 0, "--files", "folder")
        .assertOneLine(
            2,
            "--files: is gone; deed generate --input FILE --output FILE --resume answers many lines;"
                + " see deed serve --help");
    DeedRun.of("serve", model, "--port", 0, "--files-quota=5")
        .assertOneLine(2, "--files-quota: is gone;");
    DeedRun.of("serve", model, "--port", 0, "--max-rows", 1025)
        .assertOneLine(2, "--max-rows: is 1025; give 1..1024");
    DeedRun.of("serve", model, "--port", 0, "--max-waiting", (1 << 20) + 1)
        .assertOneLine(2, "--max-waiting: is 1048577; give 0..1048576");
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor();
  }
}
