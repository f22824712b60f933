package dev.deed.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whole requests to a server with a tiny model, over a connection: bodies of bytes, bodies with
 * fields changed, heads of bytes. Each is answered or its connection closed, none by an error of
 * ours, and the server is alive afterwards.
 */
public final class RequestFuzz {
  private static final List<String> PATHS =
      List.of("/v1/generate", "/v1/chat/completions", "/v1/completions");

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
           "seed": 3}
          """);

  private static final Scratch HOME = new Scratch();
  private static final FuzzServer SERVER = server();

  private RequestFuzz() {}

  private static FuzzServer server() {
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
    return new FuzzServer(folder);
  }

  /** Jazzer calls it first: what answers need is loaded before their time counts. */
  public static void fuzzerInitialize() {
    SERVER.allow();
    for (int i = 0; i < PATHS.size(); i++) {
      SERVER.requireAnswer(post(PATHS.get(i), bytes(BODIES.get(i))));
    }
  }

  public static void fuzzerTestOneInput(byte[] input) {
    SERVER.check(request(new Choices(input)));
  }

  private static byte[] request(Choices choices) {
    String path = PATHS.get(choices.below(PATHS.size()));
    return switch (choices.below(8)) {
      case 0 -> choices.rest();
      case 1 -> {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n";
        yield FuzzServer.join(bytes(head), choices.rest());
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
    return FuzzServer.post(path, "application/json", body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
