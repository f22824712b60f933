package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.GenerationSetting;
import dev.deed.value.SettingType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every generation setting of the table through every door of HTTP. */
final class GenerationDoorsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String CHAT = "{\"messages\": [{\"role\": \"user\", \"content\": \"w3\"}]}";

  private static RunningServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny");
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private static Stream<GenerationSetting<?>> settings() {
    return GenerationSetting.ALL.stream().filter(GenerationSetting::isOption);
  }

  /** Timestamps need a model of speech; several answers need beams. */
  private static Map<String, Object> right(GenerationSetting<?> setting) {
    Object value =
        switch (setting.type()) {
          case SettingType.Flag _ -> !setting.equals(GenerationSetting.RETURN_TIMESTAMPS);
          case SettingType.FlagOr three -> three.word();
          case SettingType.Decimal _, SettingType.Positive _ -> 0.5;
          default -> 2;
        };
    Map<String, Object> values = new TreeMap<>(Map.of("num_beams", 2, "max_new_tokens", 3));
    values.put(setting.name(), value);
    return values;
  }

  private static List<Object> wrong(GenerationSetting<?> setting) {
    return switch (setting.type()) {
      case SettingType.Flag _, SettingType.FlagOr _ -> List.of(1, "sometimes", List.of());
      case SettingType.Decimal range -> List.of(range.least() - 1, "x", Map.of());
      case SettingType.Positive _ -> List.of(0, -1, "x", List.of(1));
      case SettingType.Whole range -> List.of(range.least() - 1, 1.5, "1", true);
      default -> List.of(1.5, "1", List.of(1));
    };
  }

  private static JsonNode ask(String path, ObjectNode body) throws Exception {
    return server.post(path, body.toString()).json();
  }

  private static ObjectNode object(String json) throws IOException {
    return (ObjectNode) MAPPER.readTree(json);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aSettingMeansTheSameAtEveryDoor(GenerationSetting<?> setting) throws Exception {
    ObjectNode values = MAPPER.valueToTree(right(setting));
    ObjectNode line = object("{\"prompt\": \"w3\"}");
    line.set("generation", values);
    JsonNode answer = ask("/v1/generate", line);
    assertThat(answer.path("text").isTextual()).as(answer.toString()).isTrue();
    ObjectNode chat = object(CHAT).setAll(values);
    assertThat(ask("/v1/chat/completions", chat).at("/choices/0/message/content"))
        .isEqualTo(answer.path("text"));
    ObjectNode completion = object("{\"prompt\": \"w3\"}").setAll(values);
    assertThat(ask("/v1/completions", completion).at("/choices/0/text"))
        .isEqualTo(answer.path("text"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aWrongValueIsRefusedByItsNameAtEveryDoor(GenerationSetting<?> setting) throws Exception {
    for (Object value : wrong(setting)) {
      JsonNode json = MAPPER.valueToTree(value);
      ObjectNode line = object("{\"prompt\": \"w3\"}");
      line.putObject("generation").set(setting.name(), json);
      ObjectNode chat = object(CHAT).set(setting.name(), json);
      ObjectNode completion = object("{\"prompt\": \"w3\"}").set(setting.name(), json);
      for (Map.Entry<String, ObjectNode> door :
          Map.of("/v1/generate", line, "/v1/chat/completions", chat, "/v1/completions", completion)
              .entrySet()) {
        JsonNode error = ask(door.getKey(), door.getValue()).path("error");
        assertThat(error.path("param").asText())
            .as("%s %s: %s", door.getKey(), door.getValue(), error)
            .isEqualTo(setting.name());
        assertThat(error.path("message").asText()).isNotBlank().doesNotContain("\n");
      }
    }
  }
}
