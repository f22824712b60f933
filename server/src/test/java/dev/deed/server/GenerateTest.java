package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
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
  void aStreamTellsTheWholeAnswerTokenByToken() throws Exception {
    String question =
        "{'id': 7, 'prompt': 'w10 w11', 'trace': true, 'exits': {'threshold': 0.01},"
            + " 'generation': {'max_new_tokens': 5, 'min_new_tokens': 5}, 'target': 'kept'";
    JsonNode whole = server.post("/v1/generate", json(question + "}")).json();
    RunningServer.Reply stream = server.post("/v1/generate", json(question + ", 'stream': true}"));

    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    List<JsonNode> tokens = events(stream.text(), "token");
    assertThat(tokens).hasSize(5);
    assertThat(tokens.stream().map(token -> token.path("text").asText()).toList())
        .satisfies(
            texts -> assertThat(String.join("", texts)).isEqualTo(whole.path("text").asText()));
    JsonNode first = tokens.getFirst();
    assertThat(first.path("token_id").asInt()).isEqualTo(whole.path("token_ids").path(0).asInt());
    assertThat(first.path("exit_layer").asInt())
        .isEqualTo(whole.path("exit_layers").path(0).asInt());
    assertThat(first.path("consulted").path(0).path("layer").asInt()).isEqualTo(1);
    assertThat(first.path("consulted").path(0).path("confidence"))
        .isEqualTo(whole.path("consulted").path(0).path(0));
    assertThat(first.path("alternatives").path(0).path("probability").asDouble()).isPositive();
    JsonNode done = events(stream.text(), "done").getFirst();
    for (String field :
        List.of(
            "id",
            "text",
            "token_ids",
            "log_probs",
            "confidences",
            "layers_run",
            "layers_possible",
            "target")) {
      assertThat(done.get(field)).as(field).isEqualTo(whole.get(field));
    }
    assertThat(whole.path("id").asInt()).isEqualTo(7);
    assertThat(whole.path("alternatives")).hasSize(5);
    assertThat(whole.path("layers_possible").asInt())
        .isGreaterThanOrEqualTo(whole.path("layers_run").asInt());
    JsonNode full =
        server
            .post(
                "/v1/generate",
                json("{'prompt': 'w10', 'trace': true, 'exits': {'confidence': 'full'}}"))
            .json();
    assertThat(full.get("layers_possible")).isEqualTo(full.get("layers_run"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt': 5}",
        "{'prompt': 'w3', 'stream': 'yes'}",
        "{'prompt': 'w3', 'generation': {'no_such': 1}}",
        "{'prompt': 'w3', 'generation': {'max_new_tokens': 'x'}}",
        "{'prompt': 'w3', 'generation': {'length_penalty': [null, null]}}",
        "{'prompt': 'w3', 'generation': {'num_beams': 3}}",
        "{'prompt': 'w3', 'tensors': {'pixel_values': '/etc/hostname:x'}}",
        "{'prompt': 'w3', 'image': '/etc/passwd'}",
        "{'prompt': 'w3', 'image': 'http://127.0.0.1:9/a.png'}",
        "{'prompt': 'w3', 'image': 'data:image/png,abc'}",
        "{'prompt': 'w3', 'audio': 'sounds/a.wav'}",
        "{'prompt': 'w3', 'audio': 'data:audio/wav,abc'}",
        "{'prompt': 'w3', 'max_new_tokens': 5}",
        "{'prompt': 'w3', 'threshold': 0.5}",
        "{'prompt': 'w3', 'draft_tokens': 3}",
        "{'prompt': 'w3', 'exits': {'draft_tokens': 3}}",
        "{'prompt': 'w3', 'exits': {'lossless': true, 'history': 'copy', 'threshold': 0.1}}",
        "{'prompt': 'w3', 'prompt': 'w4'}",
        "{'prompt': 'w3', 'exits': {'threshold': NaN}}",
        "{'prompt': 'w3'} {}",
        "[]",
        "",
        "{}"
      })
  void whatCannotBeAnsweredIs400(String body) throws Exception {
    RunningServer.Reply reply = server.post("/v1/generate", json(body));
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    // Nor does it tell of settings that no client has.
    assertThat(reply.json().path("error").path("message").asText())
        .isNotEmpty()
        .doesNotContain("enable", "Feature");
    assertThat(reply.json().path("error").has("param")).isTrue();
    assertThat(reply.header("X-Request-Id")).isNotEmpty();
  }

  @Test
  void aFieldThatMeansNothingIsRefusedByName() throws Exception {
    for (String field : new String[] {"treshold", "user", "prompts"}) {
      RunningServer.Reply reply =
          server.post("/v1/generate", json("{'prompt': 'w3', '" + field + "': 1}"));
      JsonNode error = reply.json().path("error");
      assertThat(reply.status()).as(reply.text()).isEqualTo(400);
      assertThat(error.path("param").asText()).isEqualTo(field);
      assertThat(error.path("code").asText()).isEqualTo("unknown_parameter");
      assertThat(error.path("message").asText()).startsWith(field + ": there is no such parameter");
    }
    JsonNode answer =
        server
            .post(
                "/v1/generate",
                json("{'prompt': 'w3', 'id': 5, 'target': 'a', 'targets': ['a', 'b'], 'no': null}"))
            .json();
    assertThat(answer.path("target").asText()).isEqualTo("a");
    assertThat(answer.path("targets").size()).isEqualTo(2);
    assertThat(answer.path("id").asInt()).isEqualTo(5);
  }

  /** Also with a trace, whose alternatives keep their probabilities, and with beams. */
  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void answersTellNoLogProbabilitiesThatNobodyWants(String trace) throws Exception {
    String question =
        "{'prompt': 'w10 w11', 'trace': %s, 'generation': {'max_new_tokens': 5}".formatted(trace);
    JsonNode told = server.post("/v1/generate", json(question + "}")).json();
    question += ", 'log_probs': false";
    JsonNode untold = server.post("/v1/generate", json(question + "}")).json();
    assertThat(told.has("log_probs")).isTrue();
    assertThat(untold.has("log_probs")).isFalse();
    for (String field : List.of("text", "token_ids", "exit_layers", "finish", "head_lookups")) {
      assertThat(untold.get(field)).as(field).isEqualTo(told.get(field));
    }
    assertThat(untold.get("alternatives")).isEqualTo(told.get("alternatives"));
    String stream = server.post("/v1/generate", json(question + ", 'stream': true}")).text();
    assertThat(events(stream, "token"))
        .isNotEmpty()
        .noneMatch(token -> token.has("log_prob"))
        .allMatch(token -> token.has("confidence"));
    assertThat(events(stream, "done").getFirst().has("log_probs")).isFalse();
    JsonNode beams =
        server
            .post(
                "/v1/generate",
                json(
                    "{'prompt': 'w10', 'log_probs': false,"
                        + " 'generation': {'num_beams': 2, 'num_return_sequences': 2}}"))
            .json();
    assertThat(beams.path("sequences")).hasSize(2).noneMatch(one -> one.has("score"));
  }

  @Test
  void losslessExitsGiveTheAnswerOfFullDepth() throws Exception {
    String question = "{'prompt': 'w3 w8', 'generation': {'max_new_tokens': 12}, 'exits': %s}";
    String exits =
        "{'confidence': 'max_prob', 'threshold': 0.01, 'lossless': true, 'draft_tokens': 3}";
    JsonNode lossless = server.post("/v1/generate", json(question.formatted(exits))).json();
    JsonNode full =
        server.post("/v1/generate", json(question.formatted("{'confidence': 'full'}"))).json();
    for (String field : List.of("text", "token_ids", "log_probs", "finish")) {
      assertThat(lossless.get(field)).as(field).isEqualTo(full.get(field));
    }
    assertThat(lossless.path("drafted").asInt()).isPositive();
    assertThat(full.has("drafted")).isFalse();
    String chat =
        "{'messages': [{'role': 'user', 'content': 'w3 w8'}], 'max_tokens': 12, 'deed': %s}";
    JsonNode answer = server.post("/v1/chat/completions", json(chat.formatted(exits))).json();
    assertThat(answer.at("/choices/0/message/content")).isEqualTo(full.get("text"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "exits.threshold | 'prompt': 'w3', 'exits': {'threshold': 'x'}",
        "exits.no_such | 'prompt': 'w3', 'exits': {'no_such': 1}",
        "top_k | 'prompt': 'w3', 'generation': {'top_k': -1, 'do_sample': true}",
        "max_new_tokens | 'prompt': 'w3', 'generation': {'max_new_tokens': 0}",
        "max_new_tokens | 'prompt': 'w3', 'generation': {'max_new_tokens': 200001}",
        "max_new_tokens | 'prompt': 'w3', 'max_new_tokens': 1",
        "no_such | 'prompt': 'w3', 'generation': {'no_such': 1}",
        "bad_words_ids | 'prompt': 'w3', 'generation': {'bad_words_ids': [[1000000]]}",
        "stop | 'prompt': 'w3', 'stop': ['']",
        "stop | 'prompt': 'w3', 'stop': ['x'], 'generation': {'num_beams': 2}",
        "log_probs | 'prompt': 'w3', 'log_probs': 'no'",
        "log_probs | 'prompt': 'w3', 'log_probs': 0",
        "prompt | 'prompt': 5",
        "prompt | 'id': 1",
        "decoder_input_ids | 'prompt': 'w3', 'decoder_input_ids': [1000000]",
        "target_language | 'prompt': 'w3', 'target_language': 'de'",
        "image | 'prompt': 'w3', 'image': 'x'"
      })
  void errorsNameTheField(String field, String body) throws Exception {
    JsonNode error = server.post("/v1/generate", json("{" + body + "}")).json().path("error");
    assertThat(error.path("param").asText()).as(error.toString()).isEqualTo(field);
  }

  @Test
  void refusalsOfPicturesAreToldApart() throws Exception {
    String text = json("{'prompt': 'w3', 'image': 'data:text/plain;base64,aGVsbG8='}");
    RunningServer.Reply reply = server.post("/v1/generate", text);
    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.text()).contains("says to be text/plain; give a picture");
    String strange = text.replace("text/plain", "\\u001b[31m<b>" + "x".repeat(1000));
    assertThat(server.post("/v1/generate", strange).text())
        .contains("says to be ??31m?b?xxx", "xxx…;")
        .hasSizeLessThan(300);
    // A model of text passes pictures by, as the command line does, and never decodes them.
    String picture = json("{'prompt': 'w3', 'image': 'data:image/png;base64,aGVsbG8='}");
    assertThat(server.post("/v1/generate", picture).status()).isEqualTo(200);
  }

  @Test
  void bodiesOfOtherKindsAre415() throws Exception {
    String body = json("{'prompt': 'w3'}");
    assertThat(server.post("/v1/generate", body, "Content-Encoding", "gzip").status())
        .isEqualTo(415);
  }

  @Test
  void metricsCountTokensAndLayers() throws Exception {
    double before = server.metric("deed_tokens_total", "generated");
    double run = server.metric("deed_layers_run_total", "");
    double possible = server.metric("deed_layers_possible_total", "");
    String body =
        json(
            "{'prompt': 'w3', 'exits': {'confidence': 'full'},"
                + " 'generation': {'max_new_tokens': 4, 'min_new_tokens': 4}}");
    assertThat(server.post("/v1/generate", body).status()).isEqualTo(200);
    assertThat(server.metric("deed_tokens_total", "generated") - before).isEqualTo(4);
    double more = server.metric("deed_layers_run_total", "") - run;
    assertThat(more).isPositive();
    assertThat(server.metric("deed_layers_possible_total", "") - possible).isEqualTo(more);
    assertThat(server.metric("deed_requests_total", "endpoint=\"/v1/generate\"")).isPositive();
    assertThat(server.get("/metrics").text())
        .contains("gen_ai_server_time_to_first_token_seconds_bucket", "deed_batch_rows_bucket");
  }

  private static String json(String quotes) {
    return quotes.replace('\'', '"');
  }

  private static List<JsonNode> events(String stream, String name) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String event : stream.split("\n\n")) {
      String start = "event: " + name + "\ndata: ";
      if (event.startsWith(start)) {
        events.add(MAPPER.readTree(event.substring(start.length())));
      }
    }
    return events;
  }
}
