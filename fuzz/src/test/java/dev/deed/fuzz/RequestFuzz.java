package dev.deed.fuzz;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.server.DeedServer;
import dev.deed.server.ServerOptions;
import dev.deed.server.serving.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Whole requests to a server with a tiny model, over a connection: bodies of bytes, bodies with
 * fields changed, heads of bytes. Each is answered or its connection closed, none by an error of
 * ours, and the server is alive afterwards.
 */
public final class RequestFuzz {
  private static final int MOST_MILLIS = 20_000;
  private static final String ALIVE =
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  private static final List<String> PATHS =
      List.of("/v1/generate", "/v1/chat/completions", "/v1/completions", "/v2/models/model/infer");

  private static final List<String> BODIES =
      List.of(
          """
          {"prompt": "w1 w2", "exits": {"policy": "max_prob", "threshold": 0.5, "layers": [1, 2]},
           "generation": {"max_new_tokens": 3, "sequence_bias": [[[2], 1.5]], "temperature": 2.0},
           "stream": false, "trace": true, "stop": ["w2 w2"], "decoder_input_ids": [0, 2]}
          """,
          """
          {"messages": [{"role": "system", "content": "w1"}, {"role": "user", "content": "w2"}],
           "max_tokens": 3, "n": 2, "temperature": 1.0, "logprobs": true, "top_logprobs": 2,
           "logit_bias": {"2": 5}, "stream": true, "deed": {"lossless": true}}
          """,
          """
          {"prompt": ["w1", "w2"], "max_tokens": 3, "logprobs": 1, "stop": "w1", "top_p": 0.5,
           "num_beams": 2, "seed": 3}
          """,
          """
          {"id": "1", "parameters": {"threshold": 0.5, "max_new_tokens": 3, "binary_data_output": true},
           "inputs": [{"name": "prompt", "datatype": "BYTES", "shape": [2, 1], "data": ["w1", "w2"]}],
           "outputs": [{"name": "text", "parameters": {"binary_data": false}}, {"name": "line"}]}
          """);

  private static final Queue<String> ERRORS = new ConcurrentLinkedQueue<>();
  private static final Scratch HOME = new Scratch();
  private static final DeedServer SERVER = server();
  private static final InetSocketAddress ADDRESS = address();

  private RequestFuzz() {}

  private static DeedServer server() {
    Path golden = Door.ROOT.resolve("core/src/test/resources/golden/exits/t5-v1_0/model");
    Path folder = HOME.folder();
    try {
      for (String name : List.of("model.safetensors", "config.json")) {
        Files.copy(golden.resolve(name), folder.resolve(name));
      }
      Files.writeString(folder.resolve("tokenizer.json"), ServedFuzz.TOKENIZER);
      Files.writeString(
          folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"T5Tokenizer\"}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ModelSource source =
        new ModelSource(
            "model",
            () -> EncoderDecoderModel.open(folder, 1),
            EngineOptions.defaults().withMaxRows(8).withMaxNewTokens(64).withKnee(8),
            Duration.ofSeconds(10),
            Duration.ZERO,
            model -> null);
    ServerOptions options = new ServerOptions("127.0.0.1", 0, null, 1 << 20, 8, null, Set.of(), 60);
    DeedServer started = DeedServer.start(options, List.of(source), ERRORS::add);
    started.open();
    return started;
  }

  private static InetSocketAddress address() {
    URI url = URI.create(SERVER.url());
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  /** Jazzer calls it first: what answers need is loaded before their time counts. */
  public static void fuzzerInitialize() {
    // Other connections are findings of Jazzer's own.
    SilentCloseable _ =
        BugDetectors.allowNetworkConnections((host, port) -> port == ADDRESS.getPort());
    for (int i = 0; i < PATHS.size(); i++) {
      requireStatus(ask(post(PATHS.get(i), bytes(BODIES.get(i)))));
    }
  }

  public static void fuzzerTestOneInput(byte[] input) {
    Choices choices = new Choices(input);
    String answer = ask(request(choices));
    if (!answer.isEmpty()) {
      requireStatus(answer);
    }
    String alive = ask(bytes(ALIVE));
    if (!alive.startsWith("HTTP/1.1 200")) {
      throw new AssertionError("the server is not alive: " + alive);
    }
    String error = ERRORS.poll();
    if (error != null) {
      throw new AssertionError(error);
    }
  }

  private static byte[] request(Choices choices) {
    String path = PATHS.get(choices.below(PATHS.size()));
    return switch (choices.below(8)) {
      case 0 -> choices.rest();
      case 1 -> {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n";
        yield join(bytes(head), choices.rest());
      }
      case 2, 3 -> post(path, choices.rest());
      default -> post(path, changed(PATHS.indexOf(path), choices));
    };
  }

  private static byte[] changed(int body, Choices choices) {
    try {
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(BODIES.get(body));
      RandomJson.change(
          json,
          List.of("image", "audio", "ocr", "input_ids", "model", "bad_words_ids", "top_k"),
          choices);
      return bytes(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] post(String path, byte[] body) {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    return join(bytes(head), body);
  }

  private static byte[] join(byte[] head, byte[] rest) {
    byte[] all = new byte[head.length + rest.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(rest, 0, all, head.length, rest.length);
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What the server answers until it closes the connection; nothing where it closed it unanswered.
   * A request that may have no end is ended by closing the sending half.
   */
  private static String ask(byte[] request) {
    try (Socket socket = new Socket()) {
      socket.connect(ADDRESS, MOST_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(request);
      out.flush();
      boolean whole =
          new String(request, StandardCharsets.ISO_8859_1).contains("Connection: close");
      if (!whole) {
        socket.shutdownOutput();
      }
      socket.setSoTimeout(MOST_MILLIS);
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer in " + MOST_MILLIS + " ms", e);
    } catch (IOException e) {
      // Closed while it was sent: refused.
      return "";
    }
  }

  private static void requireStatus(String answer) {
    if (!answer.matches("(?s)HTTP/1\\.1 (?!500)[2-5]\\d\\d.*")) {
      throw new AssertionError("answered " + answer.lines().findFirst().orElse(""));
    }
  }
}
