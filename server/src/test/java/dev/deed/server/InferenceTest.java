package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol, with tensors in the JSON and behind it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InferenceTest {
  private static final String INFER = "/v2/models/tiny/infer";
  private static final String LENGTH = "Inference-Header-Content-Length";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TWO =
      """
      {"id": "7", "parameters": {"max_new_tokens": 4, "threshold": 0.5},
       "inputs": [{"name": "prompt", "datatype": "BYTES", "shape": [2, 1], "data": [["w3"], ["w4"]]}]}
      """;

  private RunningServer server;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    server = RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny");
  }

  @AfterAll
  void close() {
    server.close();
  }

  private String generated(String prompt) throws Exception {
    return server
        .post(
            "/v1/generate",
            """
            {"prompt": "%s", "exits": {"threshold": 0.5}, "generation": {"max_new_tokens": 4}}
            """
                .formatted(prompt))
        .json()
        .path("text")
        .asText();
  }

  @Test
  void whatIsServedIsDescribed() throws Exception {
    assertThat(server.get("/v2").json().path("extensions").toString()).contains("binary_tensor");
    assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
    assertThat(server.get("/v2/health/ready").status()).isEqualTo(200);
    assertThat(server.get("/v2/models/tiny/ready").json().path("ready").asBoolean()).isTrue();
    JsonNode model = server.get("/v2/models/tiny").json();
    assertThat(model.path("inputs").findValuesAsText("name"))
        .containsExactly("prompt", "decoder_prompt", "image", "audio");
    assertThat(model.path("outputs").findValuesAsText("name")).containsExactly("text", "line");
    String version = "/v2/models/tiny/versions/" + model.path("versions").get(0).asText();
    assertThat(server.get(version).json()).isEqualTo(model);
    assertThat(server.get(version + "/ready").status()).isEqualTo(200);
    assertThat(server.post(version + "/infer", TWO).status()).isEqualTo(200);
    assertThat(server.post(version + "0/infer", TWO).status()).isEqualTo(404);
    RunningServer.Reply unknown = server.get("/v2/models/other");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().path("error").isTextual()).isTrue();
  }

  @Test
  void textsAreInferredAsGenerateAnswersThem() throws Exception {
    RunningServer.Reply reply = server.post(INFER, TWO);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    JsonNode json = reply.json();
    assertThat(json.path("id").asText()).isEqualTo("7");
    assertThat(json.path("model_name").asText()).isEqualTo("tiny");
    JsonNode texts = json.path("outputs").get(0);
    assertThat(texts.path("shape").toString()).isEqualTo("[2]");
    assertThat(texts.path("data").get(0).asText()).isEqualTo(generated("w3"));
    assertThat(texts.path("data").get(1).asText()).isEqualTo(generated("w4"));
    JsonNode line = JSON.readTree(json.path("outputs").get(1).path("data").get(1).asText());
    assertThat(line.path("exit_layers")).hasSize(4);
    assertThat(server.metric("deed_requests_total", "endpoint=\"/v2/models/*/infer\""))
        .isPositive();
  }

  private static byte[] elements(String... texts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  private HttpResponse<byte[]> binary(String json, byte[] rest, String length) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(rest);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.server.url() + INFER))
            .header(LENGTH, length)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    return server.client().send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void tensorsComeAndGoBehindTheJson() throws Exception {
    byte[] rest = elements("w3", "w4");
    String json =
        """
        {"parameters": {"binary_data_output": true, "max_new_tokens": 4, "threshold": 0.5},
         "inputs": [{"name": "prompt", "datatype": "BYTES", "shape": [2],
                     "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "text"}]}"""
            .formatted(rest.length);
    HttpResponse<byte[]> response = binary(json, rest, String.valueOf(json.length()));
    assertThat(response.statusCode()).isEqualTo(200);
    int length = Integer.parseInt(response.headers().firstValue(LENGTH).orElseThrow());
    ByteBuffer behind = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
    behind.position(length);
    List<String> texts = new ArrayList<>();
    while (behind.hasRemaining()) {
      byte[] text = new byte[behind.getInt()];
      behind.get(text);
      texts.add(new String(text, StandardCharsets.UTF_8));
    }
    assertThat(texts).containsExactly(generated("w3"), generated("w4"));
    JsonNode output = JSON.readTree(response.body(), 0, length).path("outputs").get(0);
    assertThat(output.path("parameters").path("binary_data_size").asInt())
        .isEqualTo(response.body().length - length);
    assertThat(output.has("data")).isFalse();
  }

  @Test
  void lengthsThatDoNotFitAreRefused() throws Exception {
    String json =
        """
        {"inputs": [{"name": "prompt", "datatype": "BYTES", "shape": [1],
                     "parameters": {"binary_data_size": 6}}]}""";
    byte[] rest = elements("w3");
    String own = String.valueOf(json.length());
    byte[] beyond = rest.clone();
    beyond[0] = 9;
    byte[] negative = rest.clone();
    negative[3] = -1;
    assertThat(binary(json, rest, own).statusCode()).isEqualTo(200);
    assertThat(binary(json, beyond, own).statusCode()).isEqualTo(400);
    assertThat(binary(json, negative, own).statusCode()).isEqualTo(400);
    assertThat(binary(json, elements("w3", "w4"), own).statusCode()).isEqualTo(400);
    assertThat(binary(json, new byte[3], own).statusCode()).isEqualTo(400);
    for (String size : List.of("4294967302", "6.5", "\"6\"", "-1", "7")) {
      String stated = json.replace("6}", size + "}");
      assertThat(binary(stated, rest, String.valueOf(stated.length())).statusCode())
          .as(size)
          .isEqualTo(400);
    }
    for (String length : List.of("-1", "1e1", "999999999", "99999999999", "")) {
      assertThat(binary(json, rest, length).statusCode()).as(length).isEqualTo(400);
    }
    byte[] empty = new byte[4 * 3000];
    String many = json.replace("[1]", "[3000]").replace("6}", empty.length + "}");
    assertThat(binary(many, empty, String.valueOf(many.length())).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'inputs': []}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'FP32', 'shape': [1], 'data': ['a']}]}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [2], 'data': ['a']}]}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [1], 'data': [1]}]}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'data': ['a']}]}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [1]}]}",
        "{'inputs': [{'name': 'other', 'datatype': 'BYTES', 'shape': [1], 'data': ['a']}]}",
        "{'inputs': [{'name': 'image', 'datatype': 'BYTES', 'shape': [1], 'data': ['?']}]}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [1], 'data': ['a']}],"
            + " 'parameters': {'sequence_id': 3}}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [1], 'data': ['a']}],"
            + " 'parameters': {'bad_words_ids': [[3]]}}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [1], 'data': ['a']}],"
            + " 'outputs': [{'name': 'logits'}]}",
        "{'inputs': [{'name': 'prompt', 'datatype': 'BYTES', 'shape': [1], 'data': ['a'],"
            + " 'parameters': {'shared_memory_region': 'x'}}]}",
        "[",
      })
  void whatCannotBeInferredIsRefusedInTheProtocolsShape(String body) throws Exception {
    RunningServer.Reply reply = server.post(INFER, body.replace('\'', '"'));
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.json().path("error").isTextual()).isTrue();
    assertThat(reply.json()).hasSize(1);
  }
}
