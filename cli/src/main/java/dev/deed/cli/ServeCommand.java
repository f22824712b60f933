package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.data.GenerationJson;
import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.hub.ModelName;
import dev.deed.server.DeedServer;
import dev.deed.server.ServerOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelSource;
import dev.deed.value.InputException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed serve}: an HTTP service for models. */
@Command(
    name = "serve",
    description =
        "Serves models over HTTP: /v1/generate, OpenAI's chat and completions, a page at /.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65535;
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_WARM_UP = 600;
  private static final int MOST_PAUSE = 60_000;
  private static final long LEAST_MEMORY = 1 << 20;
  private static final long LEAST_BODY = 1 << 10;
  private static final long MOST_BODY = 512L << 20;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin AdapterOption adapter = new AdapterOption();
  @Mixin AssistantOption assistant = new AssistantOption();

  @Parameters(arity = "1..*", paramLabel = "MODEL", descriptionKey = "MODEL")
  List<String> models = List.of();

  @Option(names = "--host", paramLabel = "ADDRESS")
  String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "N")
  int port = 8080;

  @Option(names = "--api-key-file", paramLabel = "FILE")
  @Nullable Path keyFile;

  @Option(names = "--max-rows", paramLabel = "N")
  int rows = 16;

  @Option(names = "--max-waiting", paramLabel = "N")
  int waiting = 128;

  @Option(names = "--memory", paramLabel = "BYTES")
  @Nullable Long memory;

  @Option(names = "--max-prompt-tokens", paramLabel = "N")
  int promptTokens = 4096;

  @Option(names = "--max-new-tokens", paramLabel = "N")
  int newTokens = 4096;

  @Option(names = "--max-body", paramLabel = "BYTES")
  long body = 32L << 20;

  @Option(names = "--max-audio-seconds", paramLabel = "S")
  int audioSeconds = ServerOptions.DEFAULT_AUDIO_SECONDS;

  @Option(names = "--max-pause-ms", paramLabel = "N")
  int pause = 50;

  @Option(names = "--deadline", paramLabel = "S")
  int deadline = 600;

  @Option(names = "--warm-up", paramLabel = "S")
  int warmUp = 3;

  @Option(names = "--shutdown-timeout", paramLabel = "S")
  int shutdown = 30;

  @Option(names = "--allow-origin", paramLabel = "ORIGIN")
  @Nullable String origin;

  @Option(names = "--allow-host", paramLabel = "NAME")
  List<String> hosts = List.of();

  @Mixin PrecisionOption precision = new PrecisionOption();

  @Mixin ScreenOption screen = new ScreenOption();

  @Option(names = "--no-narrow-drafts")
  boolean noNarrowDrafts;

  @Mixin WatchOptions watched = new WatchOptions();

  @Option(names = "--admin-key-file", paramLabel = "FILE")
  @Nullable Path adminKeyFile;

  @Option(names = "--load-on-request")
  boolean loadOnRequest;

  @Option(names = "--unload-after", paramLabel = "S")
  @Nullable Integer unloadAfter;

  @Option(names = "--max-weights", paramLabel = "BYTES")
  long weights =
      ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize()
          / 4
          * 3;

  @Override
  public Integer call() throws InterruptedException {
    checkBounds();
    watched.check();
    ServerOptions options =
        new ServerOptions(
            host, port, keys(keyFile), body, waiting, origin, Set.copyOf(hosts), audioSeconds);
    List<ModelSource> sources = sources();
    ModelLife life =
        new ModelLife(
            keys(adminKeyFile),
            loadOnRequest,
            unloadAfter == null ? null : Duration.ofSeconds(unloadAfter),
            weights);
    boolean hasKeys = keyFile != null || adminKeyFile != null;
    ServeSignals signals =
        ServeSignals.install(
            this::log,
            hasKeys ? server -> server.replaceKeys(keys(keyFile), keys(adminKeyFile)) : null);
    try (DeedServer server = DeedServer.start(options, life, sources, this::log)) {
      if (!signals.opening(server, Thread.currentThread())) {
        return signals.code();
      }
      try {
        server.open();
      } catch (CancellationException e) {
        Thread.interrupted();
        return signals.code();
      }
      signals.opened();
      announce(server);
      signals.await();
      log("draining: requests under way have " + shutdown + " s");
      return server.drain(Duration.ofSeconds(shutdown)) ? 0 : signals.code();
    }
  }

  private @Nullable String keys(@Nullable Path file) {
    return file == null ? null : KeyFile.read(file, this::log);
  }

  private void checkBounds() {
    common.requireThreads();
    screen.requireSuited(precision.named());
    InputException.require(
        adapter.adapter == null || models.size() == 1,
        "--adapter",
        "is of one model",
        "give adapters as models, each NAME=ADAPTER, if they name their base");
    InputException.require(
        assistant.assistant == null || models.size() == 1,
        "--assistant",
        "is of one model",
        "name each one's in its config.json, as assistant");
    OptionBounds.requireWithin("--port", port, 0, MOST_PORT);
    OptionBounds.requireWithin("--max-rows", rows, 1, EngineOptions.MOST_ROWS);
    OptionBounds.requireWithin("--max-waiting", waiting, 0, EngineOptions.MOST_WAITING);
    OptionBounds.requireWithin(
        "--max-prompt-tokens", promptTokens, 1, EngineOptions.MOST_PROMPT_TOKENS);
    OptionBounds.requireWithin("--max-new-tokens", newTokens, 1, EngineOptions.MOST_NEW_TOKENS);
    OptionBounds.requireWithin("--max-pause-ms", pause, 1, MOST_PAUSE);
    OptionBounds.requireWithin("--max-audio-seconds", audioSeconds, 1, MOST_SECONDS);
    OptionBounds.requireWithin("--deadline", deadline, 1, MOST_SECONDS);
    OptionBounds.requireWithin("--warm-up", warmUp, 0, MOST_WARM_UP);
    OptionBounds.requireWithin("--shutdown-timeout", shutdown, 0, MOST_SECONDS);
    if (unloadAfter != null) {
      OptionBounds.requireWithin("--unload-after", unloadAfter, 1, MOST_SECONDS);
      InputException.require(
          loadOnRequest || adminKeyFile != null,
          "--unload-after",
          "leaves models that nobody can load",
          "give --load-on-request or --admin-key-file too");
    }
    OptionBounds.requireWithin("--max-body", body, LEAST_BODY, MOST_BODY);
    OptionBounds.requireAtLeast("--max-weights", weights, 1);
    OptionBounds.requireAtLeast("--memory", memory == null ? LEAST_MEMORY : memory, LEAST_MEMORY);
    InputException.require(
        origin == null || origin.equals("*") || origin.matches("https?://[^/\\s]+"),
        "--allow-origin",
        "is no origin",
        "give scheme, host and port alone, such as https://example.org, or *");
  }

  /** Names and folders, in the order of the command line. */
  private List<ModelSource> sources() {
    Map<String, Path> places = new LinkedHashMap<>();
    for (String model : models) {
      int equals = model.indexOf('=');
      String place = model.substring(equals + 1);
      Path named = ModelPlace.path("model \"" + place + "\"", place);
      String name = equals > 0 ? model.substring(0, equals) : ownName(place, named);
      InputException.require(
          name.matches("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}(?:[/@][A-Za-z0-9._:-]{1,99}){0,3}"),
          "model \"" + name + "\"",
          "has a name that no address can hold",
          "give NAME=MODEL with a name of letters, digits, dots, colons and dashes");
      InputException.require(
          places.put(name, named) == null,
          "model " + name,
          "is named twice",
          "give one of them another name: NAME=MODEL");
    }
    long share = memory == null ? Runtime.getRuntime().maxMemory() / 2 / places.size() : memory;
    EngineOptions engine =
        EngineOptions.defaults()
            .withMaxRows(rows)
            .withMaxWaiting(waiting)
            .withMemory(share)
            .withMaxPromptTokens(promptTokens)
            .withMaxNewTokens(newTokens)
            .withMaxPause(Duration.ofMillis(pause));
    return places.entrySet().stream()
        .map(
            entry ->
                new ModelSource(
                    entry.getKey(),
                    room -> open(entry.getValue(), room),
                    engine,
                    Duration.ofSeconds(deadline),
                    Duration.ofSeconds(warmUp),
                    model -> watched.over(entry.getKey(), model)))
        .toList();
  }

  private EncoderDecoderModel open(Path named, LongConsumer room) {
    ModelPlace place = common.place(named, adapter);
    OpenOptions options = precision.applyTo(OpenOptions.defaults(), place.folder(), common);
    OpenOptions drafting = assistant.addTo(options.withNarrowDrafts(!noNarrowDrafts), common);
    room.accept(options.withAdapter(place.adapter()).weightBytes(place.folder()));
    return common.open(place, drafting.withScreening(screen.which));
  }

  /** A folder's own name, or that of a model of the Hub. */
  private static String ownName(String place, Path named) {
    return Files.exists(named) || !ModelName.isName(place)
        ? String.valueOf(named.toAbsolutePath().normalize().getFileName())
        : place;
  }

  private void announce(DeedServer server) {
    if (common.json) {
      ObjectNode json = GenerationJson.object().put("url", server.url());
      server.names().forEach(json.putArray("models")::add);
      System.out.println(json);
    } else {
      System.out.println("serving " + String.join(", ", server.names()) + " at " + server.url());
    }
    System.out.flush();
  }

  private void log(String line) {
    common.note("deed: serve: " + line);
  }

  /**
   * The file with the keys, one of which clients of a server have to send. Where others may read or
   * write it the server starts all the same, with a warning: secrets that an orchestrator mounts
   * into a container often have such modes, and nobody else is in there.
   */
  static final class KeyFile {
    private static final int MOST_BYTES = 4096;

    private KeyFile() {}

    /**
     * The text of a file, without its end.
     *
     * @param warnings takes a line where others may read or write the file
     * @throws InputException when it is no regular file, cannot be read, or holds something else
     */
    static String read(Path file, Consumer<String> warnings) {
      String what = "key file " + file;
      try {
        byte[] bytes = RegularFile.read(what, file, MOST_BYTES, "write keys alone into it");
        String keys = new String(bytes, StandardCharsets.US_ASCII).stripTrailing();
        InputException.require(
            !keys.isEmpty() && keys.chars().allMatch(c -> c < 0x7f),
            what,
            "holds no key of visible ASCII characters",
            "write one into it");
        warn(file, warnings);
        return keys;
      } catch (IOException e) {
        throw IoReason.unreadable(what, e);
      }
    }

    private static void warn(Path file, Consumer<String> warnings) throws IOException {
      if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        return;
      }
      // rw-r--r--: what the owner may comes first.
      String others =
          PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).substring(3);
      boolean written = others.contains("w");
      if (written || others.contains("r")) {
        warnings.accept(
            "key file %s: others may %s it; run: chmod 600 %s"
                .formatted(file, written ? "write" : "read", file));
      }
    }
  }
}
