package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String CHAT = "/v1/chat/completions";
  private static final String USER = "'messages': [{'role': 'user', 'content': 'w10 w11'}]";
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
  void aChatIsALineOfGenerate() throws Exception {
    JsonNode line =
        post(
            "/v1/generate",
            "{'prompt': 'w9 w10 w11', 'decoder_prompt': 'w4', 'generation': {'max_new_tokens':"
                + " 6}}");
    JsonNode chat =
        post(
            CHAT,
            "{'model': 'tiny', 'max_tokens': 6, 'messages': [{'role': 'system', 'content': 'w9'},"
                + " {'role': 'user', 'content': [{'type': 'text', 'text': 'w10 w11'}]},"
                + " {'role': 'assistant', 'content': 'w4'}]}");
    JsonNode choice = chat.path("choices").path(0);
    assertThat(choice.path("message").path("content")).isEqualTo(line.get("text"));
    assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
    assertThat(chat.path("object").asText()).isEqualTo("chat.completion");
    assertThat(chat.path("usage").path("completion_tokens").asInt()).isEqualTo(6);
    assertThat(chat.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void anEmptyMessageAddsNothing() throws Exception {
    JsonNode chat =
        post(
            CHAT,
            "{'max_tokens': 6, 'messages': [{'role': 'system', 'content': ''},"
                + " {'role': 'user', 'content': [{'type': 'text', 'text': ''},"
                + " {'type': 'text', 'text': 'w10 w11'}]}]}");
    JsonNode plain = post(CHAT, "{'max_tokens': 6, " + USER + "}");
    assertThat(chat.path("choices")).isEqualTo(plain.path("choices"));
    assertThat(chat.path("usage")).isEqualTo(plain.path("usage"));
  }

  @Test
  void streamsEndWithUsageAndDone() throws Exception {
    String body =
        "{'max_tokens': 5, 'stream': true, 'stream_options': {'include_usage': true},"
            + " 'deed': {'trace': true}, "
            + USER
            + "}";
    RunningServer.Reply stream = server.post(CHAT, json(body));
    assertThat(stream.text()).endsWith("data: [DONE]\n\n");
    List<JsonNode> chunks = chunks(stream);
    JsonNode whole = post(CHAT, "{'max_tokens': 5, " + USER + "}");
    StringBuilder text = new StringBuilder();
    chunks.forEach(chunk -> text.append(delta(chunk).path("content").asText("")));
    assertThat(text.toString())
        .isEqualTo(whole.path("choices").path(0).path("message").path("content").asText());
    assertThat(delta(chunks.getFirst()).path("role").asText()).isEqualTo("assistant");
    assertThat(chunks.getFirst().has("usage")).isTrue();
    JsonNode last = chunks.get(chunks.size() - 2).path("choices").path(0);
    assertThat(last.path("finish_reason").asText()).isEqualTo("length");
    assertThat(last.path("deed").path("exit_layers")).hasSize(5);
    assertThat(chunks.getLast().path("choices")).isEmpty();
    assertThat(chunks.getLast().path("usage").path("completion_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void severalAnswersAreDrawn() throws Exception {
    JsonNode chat =
        post(CHAT, "{'n': 2, 'temperature': 0.9, 'seed': 5, 'max_tokens': 4, " + USER + "}");
    JsonNode line =
        post(
            "/v1/generate",
            "{'prompt': 'w10 w11', 'generation': {'do_sample': true, 'temperature': 0.9, 'seed': 5,"
                + " 'num_return_sequences': 2, 'max_new_tokens': 4}}");
    for (int i = 0; i < 2; i++) {
      assertThat(chat.path("choices").path(i).path("message").path("content"))
          .isEqualTo(line.path("sequences").path(i).path("text"));
    }
    assertThat(chat.path("usage").path("completion_tokens").asInt()).isEqualTo(8);
  }

  @Test
  void promptsAreAnsweredInTheirOrder() throws Exception {
    JsonNode both =
        post("/v1/completions", "{'prompt': ['w5', 'w6 w7'], 'max_tokens': 3}").path("choices");
    JsonNode second = post("/v1/completions", "{'prompt': [6, 7, 1], 'max_tokens': 3}");
    assertThat(both).hasSize(2);
    assertThat(both.path(1).path("index").asInt()).isEqualTo(1);
    assertThat(both.path(1).path("text")).isEqualTo(second.path("choices").path(0).path("text"));
    assertThat(second.path("object").asText()).isEqualTo("text_completion");
  }

  @Test
  void biasesAreHeeded() throws Exception {
    String body = "{'logit_bias': {'77': 100}, 'max_tokens': 2, 'prompt': 'w5'}";
    assertThat(post("/v1/completions", body).path("choices").path(0).path("text").asText())
        .isEqualTo("w77 w77");
  }

  @Test
  void answersEndBeforeStopTexts() throws Exception {
    String body =
        "{'logit_bias': {'77': 100}, 'max_tokens': 4, 'prompt': 'w5', 'stop': [' w77 w77']}";
    JsonNode choice = post("/v1/completions", body).path("choices").path(0);
    assertThat(choice.path("text").asText()).isEqualTo("w77");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
  }

  /** Drafts are copied from a prediction, and counted. */
  @Test
  void predictionsMakeTheSameAnswers() throws Exception {
    String body = "{'max_tokens': 12, 'deed': {'policy': 'full'}, %s" + USER + "}";
    JsonNode plain = post(CHAT, body.formatted(""));
    String text = plain.at("/choices/0/message/content").asText();
    assertThat(plain.path("usage").has("completion_tokens_details")).isFalse();
    for (String form :
        List.of("'%s'", "{'type': 'content', 'content': [{'type': 'text', 'text': '%s'}]}")) {
      String prediction = "'prediction': " + form.formatted(text) + ", ";
      JsonNode predicted = post(CHAT, body.formatted(prediction));
      assertThat(predicted.path("choices")).isEqualTo(plain.path("choices"));
      JsonNode counts = predicted.at("/usage/completion_tokens_details");
      assertThat(counts.path("accepted_prediction_tokens").asInt()).isGreaterThan(6);
      assertThat(counts.path("rejected_prediction_tokens").asInt()).isZero();
      JsonNode last =
          chunks(
                  server.post(
                      CHAT,
                      json(
                          body.formatted(
                              prediction
                                  + "'stream': true, 'stream_options': {'include_usage': true},"
                                  + " "))))
              .getLast();
      assertThat(last.at("/usage/completion_tokens_details")).isEqualTo(counts);
    }
    JsonNode line =
        post(
            "/v1/generate",
            "{'prompt': 'w10 w11', 'prediction': '%s', 'generation': {'max_new_tokens': 12}}"
                .formatted(text));
    assertThat(line.path("text").asText()).isEqualTo(text);
    assertThat(line.path("accepted").asInt()).isGreaterThan(6);
    JsonNode wrong = post(CHAT, body.formatted("'prediction': 'w3 w4 w3 w4', "));
    assertThat(wrong.path("choices")).isEqualTo(plain.path("choices"));
    assertThat(wrong.at("/usage/completion_tokens_details/accepted_prediction_tokens").asInt())
        .isZero();
  }

  /** The first token's text has no space in front, as in the answer; special tokens have none. */
  @ParameterizedTest
  @ValueSource(strings = {"", "'n': 2, 'temperature': 0.9, ", "'num_beams': 2, 'n': 2, "})
  void aChatTellsProbabilities(String more) throws Exception {
    String body =
        "{" + more + "'max_tokens': 4, 'logprobs': true, 'top_logprobs': 3, %s" + USER + "}";
    JsonNode choices = post(CHAT, body.formatted("")).path("choices");
    for (JsonNode choice : choices) {
      StringBuilder text = new StringBuilder();
      for (JsonNode token : choice.path("logprobs").path("content")) {
        text.append(token.path("token").asText());
        assertThat(token.path("logprob").asDouble()).isNegative();
        assertThat(token.path("bytes")).hasSize(token.path("token").asText().length());
        assertThat(token.path("top_logprobs")).hasSize(3);
        double best = token.path("top_logprobs").path(0).path("logprob").asDouble();
        assertThat(best).isGreaterThanOrEqualTo(token.path("logprob").asDouble());
      }
      assertThat(text.toString()).isEqualTo(choice.path("message").path("content").asText());
      assertThat(choice.path("logprobs").path("content").size()).isBetween(3, 4);
    }
    List<List<JsonNode>> streamed = List.of(new ArrayList<>(), new ArrayList<>());
    for (JsonNode chunk : chunks(server.post(CHAT, json(body.formatted("'stream': true, "))))) {
      JsonNode choice = chunk.path("choices").path(0);
      choice
          .path("logprobs")
          .path("content")
          .forEach(streamed.get(choice.path("index").asInt())::add);
    }
    for (int i = 0; i < choices.size(); i++) {
      JsonNode content = choices.path(i).path("logprobs").path("content");
      assertThat(streamed.get(i)).containsExactlyElementsOf(content);
    }
  }

  @Test
  void probabilitiesAreThoseOfALine() throws Exception {
    JsonNode line =
        post(
            "/v1/generate", "{'prompt': 'w5', 'trace': true, 'generation': {'max_new_tokens': 4}}");
    JsonNode choice =
        post("/v1/completions", "{'prompt': 'w5', 'logprobs': 2, 'max_tokens': 4}")
            .path("choices")
            .path(0);
    JsonNode logprobs = choice.path("logprobs");
    assertThat(logprobs.path("token_logprobs")).isEqualTo(line.path("log_probs"));
    String text = choice.path("text").asText();
    for (int i = 0; i < 4; i++) {
      String token = logprobs.path("tokens").path(i).asText();
      assertThat(text.substring(logprobs.path("text_offset").path(i).asInt())).startsWith(token);
      JsonNode second = line.path("alternatives").path(i).path(1);
      assertThat(logprobs.path("top_logprobs").path(i)).hasSize(2);
      assertThat(
              logprobs.path("top_logprobs").path(i).path(second.path("text").asText()).asDouble())
          .isCloseTo(Math.log(second.path("probability").asDouble()), Offset.offset(1e-9));
    }
    JsonNode none =
        post("/v1/completions", "{'prompt': 'w5', 'logprobs': 0, 'max_tokens': 4}")
            .at("/choices/0/logprobs");
    assertThat(none.path("token_logprobs")).isEqualTo(line.path("log_probs"));
    assertThat(none.path("top_logprobs").isNull()).isTrue();
    JsonNode cut =
        post(
                "/v1/completions",
                "{'logit_bias': {'77': 100}, 'max_tokens': 4, 'prompt': 'w5', 'logprobs': 1,"
                    + " 'stop': '7 w77'}")
            .at("/choices/0");
    assertThat(cut.at("/logprobs/tokens/0").asText()).isEqualTo(cut.path("text").asText());
    assertThat(cut.at("/logprobs/tokens")).hasSize(2);
  }

  private static List<JsonNode> chunks(RunningServer.Reply reply) throws IOException {
    List<JsonNode> chunks = new ArrayList<>();
    for (String event : reply.text().split("\n\n")) {
      if (event.startsWith("data: {")) {
        chunks.add(MAPPER.readTree(event.substring("data: ".length())));
      }
    }
    return chunks;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'structured_outputs': {'choice': ['w7 w8', 'w12']}",
        "'structured_outputs': {'regex': 'w7 w8|w12'}, 'response_format': {'type': 'text'}"
      })
  void answersAreOfTheLanguageThatIsAskedFor(String parameter) throws Exception {
    JsonNode chat = post(CHAT, "{" + parameter + ", 'max_tokens': 4, " + USER + "}");
    JsonNode message = chat.path("choices").path(0).path("message");
    assertThat(message.path("content").asText()).isIn("w7 w8", "w12");
    String constraint = parameter.substring(0, parameter.indexOf('}') + 1);
    JsonNode line = post("/v1/generate", "{'prompt': 'w10 w11', " + constraint + "}");
    assertThat(line.path("text").asText()).isIn("w7 w8", "w12");
    assertThat(line.path("forced").asInt()).isPositive();
  }

  /** It ended by {@code length}, as any long answer does, and nothing told that it is no text. */
  @Test
  void anAnswerThatIsCutOffInTheMiddleOfItsLanguageHasAWarning() throws Exception {
    String held = "'structured_outputs': {'choice': ['w7 w8 w9']}, 'max_tokens': 1, ";
    JsonNode choice = post(CHAT, "{" + held + USER + "}").path("choices").path(0);
    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
    assertThat(choice.path("warning").asText()).startsWith("answer: is cut off");
    List<JsonNode> stream =
        chunks(server.post(CHAT, json("{'stream': true, " + held + USER + "}")));
    assertThat(stream.getLast().path("choices").path(0).path("warning").asText())
        .startsWith("answer: is cut off");
    JsonNode line =
        post(
            "/v1/generate",
            "{'prompt': 'w10 w11', 'generation': {'max_new_tokens': 1},"
                + " 'structured_outputs': {'choice': ['w7 w8 w9']}}");
    assertThat(line.path("warning").asText()).startsWith("answer: is cut off");
    assertThat(post(CHAT, "{" + USER + "}").path("choices").path(0).has("warning")).isFalse();
  }

  /** The vocabulary has none of JSON's characters, so schemas come as far as the model. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'response_format': {'type': 'json_object'}",
        "'response_format': {'type': 'json_schema', 'json_schema': {'name': 'a', 'schema': {}}}"
      })
  void formatsOfJsonAreConstraints(String parameter) throws Exception {
    RunningServer.Reply reply = server.post(CHAT, json("{" + parameter + ", " + USER + "}"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("vocabulary");
    assertThat(reply.json().path("error").path("param").asText()).isEqualTo("structured_outputs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'tools': [{'type': 'function'}]",
        "'response_format': {'type': 'yaml'}",
        "'response_format': {'type': 'json_schema'}",
        "'structured_outputs': {'regex': '(a'}",
        "'presence_penalty': 0.5",
        "'logprobs': 2",
        "'logprobs': true, 'top_logprobs': 21",
        "'top_logprobs': 2",
        "'no_such_parameter': 1",
        "'temperature': 'hot'",
        "'temperature': -1",
        "'max_tokens': 1.5",
        "'max_tokens': 0",
        "'max_tokens': 3, 'max_completion_tokens': 4",
        "'max_tokens': 3, 'max_new_tokens': 4",
        "'n': 0",
        "'n': 3",
        "'n': 2, 'temperature': 0",
        "'stream': 1",
        "'stream_options': {'include_usage': true}",
        "'deed': {'threshold': []}",
        "'deed': {'no_such': 1}",
        "'logit_bias': {'x': 1}",
        "'logit_bias': {'5': 101}",
        "'stop': ''"
      })
  void parametersThatAreNotHeededAre400(String parameter) throws Exception {
    RunningServer.Reply reply = server.post(CHAT, json("{" + parameter + ", " + USER + "}"));
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    String name = parameter.substring(1, parameter.indexOf('\'', 1));
    assertThat(reply.json().path("error").path("message").asText()).contains(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "max_new_tokens | 'max_new_tokens': 0",
        "max_tokens | 'max_tokens': 0",
        "deed.threshold | 'deed': {'threshold': 'x'}",
        "deed.no_such | 'deed': {'no_such': 1}",
        "no_such | 'no_such': 1",
        "logit_bias | 'logit_bias': {'x': 1}",
        "stop | 'stop': ['']",
        "prediction | 'prediction': 7",
        "prediction.type | 'prediction': {'type': 'text'}",
        "prediction | 'prediction': 'w5', 'deed': {'lossless': false}",
        "prediction | 'prediction': 'w5', 'num_beams': 2",
        "temperature | 'temperature': -1"
      })
  void errorsNameTheField(String field, String parameter) throws Exception {
    for (String question : new String[] {USER, "'prompt': 'w3'"}) {
      String path = question.equals(USER) ? CHAT : "/v1/completions";
      JsonNode error =
          server.post(path, json("{" + parameter + ", " + question + "}")).json().path("error");
      assertThat(error.path("param").asText()).as(error.toString()).isEqualTo(field);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[5, -1]", "[5, 1.5]", "['w3', [true]]", "[]", "5", "null"})
  void errorsOfPromptsNameThePrompt(String prompt) throws Exception {
    JsonNode error =
        server.post("/v1/completions", json("{'prompt': " + prompt + "}")).json().path("error");
    assertThat(error.path("param").asText()).as(error.toString()).isEqualTo("prompt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'user': 'somebody'",
        "'metadata': {'a': 'b'}",
        "'store': true",
        "'store': false",
        "'verbosity': 'low'",
        "'reasoning_effort': 'minimal'",
        "'presence_penalty': 0",
        "'tools': []",
        "'response_format': {'type': 'text'}",
        "'top_p': 0.5",
        "'n': 1",
        "'temperature': 0",
        "'no_such_parameter': null",
        "'repetition_penalty': 1.2"
      })
  void parametersWithoutEffectAndOursPass(String parameter) throws Exception {
    RunningServer.Reply reply =
        server.post(CHAT, json("{" + parameter + ", 'max_tokens': 1, " + USER + "}"));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "[5]",
        "[{'role': 'system', 'content': 'w5'}]",
        "[{'role': 'user', 'content': 'w5'}, {'role': 'user', 'content': 'w5'}]",
        "[{'role': 'user', 'content': 'w5'}, {'role': 'system', 'content': 'w5'}]",
        "[{'role': 'user', 'content': 'w5'}, {'role': 'developer', 'content': 'w5'}]",
        "[{'role': 'user', 'content': 'w5'}, {'role': 'assistant', 'content': 'w5'},"
            + " {'role': 'user', 'content': 'w5'}]",
        "[{'role': 'tool', 'content': 'w5'}]",
        "[{'role': 'user', 'content': 7}]",
        "[{'role': 'user', 'content': [{'type': 'input_audio'}]}]",
        "[{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'file:/x'}}]}]",
        "[{'role': 'user', 'content': 'w5', 'name': 'Ada'}]"
      })
  void messagesThatAreNoSingleQuestionAre400(String messages) throws Exception {
    RunningServer.Reply reply = server.post(CHAT, json("{'messages': " + messages + "}"));
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.json().path("error").path("message").asText()).contains("messages");
  }

  @Test
  void aPictureForAModelOfTextsIs400() throws Exception {
    RunningServer.Reply reply =
        server.post(
            CHAT,
            json(
                "{'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'w5'},"
                    + " {'type': 'image_url', 'image_url': {'url':"
                    + " 'data:image/png;base64,AAAA'}}]}]}"));
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.json().path("error").path("message").asText())
        .contains("image: is nothing that this model reads");
  }

  @Test
  void modelsAreDescribed() throws Exception {
    JsonNode model = server.get("/v1/models").json().path("data").path(0);
    assertThat(model.path("id").asText()).isEqualTo("tiny");
    assertThat(model.path("object").asText()).isEqualTo("model");
    assertThat(model.path("exits").path("layers")).hasSize(6);
    assertThat(model.path("policy").path("confidence").asText()).isEqualTo("max_prob");
    assertThat(model.path("sizes").path("decoder_layers").asInt()).isEqualTo(6);
    assertThat(server.get("/v1/models/tiny").json()).isEqualTo(model);
    RunningServer.Reply unknown = server.get("/v1/models/nobody");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().path("error").path("code").asText()).isEqualTo("model_not_found");
  }

  private static JsonNode delta(JsonNode chunk) {
    return chunk.path("choices").path(0).path("delta");
  }

  private static JsonNode post(String path, String body) throws Exception {
    RunningServer.Reply reply = server.post(path, json(body));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private static String json(String quotes) {
    return quotes.replace('\'', '"');
  }
}
