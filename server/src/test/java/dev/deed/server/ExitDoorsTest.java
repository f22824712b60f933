package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.data.InputLine;
import dev.deed.model.spec.ExitSpec;
import dev.deed.server.http.ApiException;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.SettingType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every exit setting of the table through every door that reads JSON, and as a spelling. */
final class ExitDoorsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What reads the settings of a JSON object. */
  private interface Door {
    @Nullable ExitSettings read(ObjectNode exits);
  }

  private static final Map<String, Door> DOORS = new LinkedHashMap<>();

  static {
    DOORS.put("exits.", exits -> InputLine.of("line", object("exits", exits)).exits());
    DOORS.put("exits. ", exits -> exits(LineBody.parse(object("exits", exits).put("prompt", "a"))));
    DOORS.put(
        "deed.",
        exits -> {
          ObjectNode body = object("deed", exits);
          body.withArray("messages").addObject().put("role", "user").put("content", "a");
          return exits(OpenAiBody.parse(body, OpenAiShape.CHAT));
        });
    DOORS.put(
        "deed. ",
        exits ->
            exits(OpenAiBody.parse(object("deed", exits).put("prompt", "a"), OpenAiShape.TEXT)));
    DOORS.put("config.json: ", ExitDoorsTest::ofAFolder);
  }

  private static ExitSettings exits(ParsedBody body) {
    return body.requests().getFirst().options().exits();
  }

  private static ObjectNode object(String name, ObjectNode value) {
    return JsonNodeFactory.instance.objectNode().set(name, value.deepCopy());
  }

  /** The settings of a model, whose {@code layers} are the exits that there are. */
  private static @Nullable ExitSettings ofAFolder(ObjectNode exits) {
    ObjectNode folder = exits.deepCopy();
    JsonNode asked = folder.remove("layers");
    if (asked != null) {
      folder.set(ExitSpec.key(ExitSetting.LAYERS), asked);
    }
    folder.putArray("layers").add(1).add(3).add(6);
    return ExitSpec.read(Config.of("config.json", folder), 6).policy();
  }

  /** A value of each type that is not the default. */
  private static String text(SettingType<?> type) {
    return switch (type) {
      case SettingType.Choice<?> choice -> choice.names().getLast();
      case SettingType.Decimal _ -> "0.5";
      case SettingType.Whole whole -> String.valueOf(whole.most());
      case SettingType.Layers _ -> "1,3";
      case SettingType.Flag _ -> "true";
      default -> throw new IllegalArgumentException(type + " is of no exit setting");
    };
  }

  private static List<Object> wrong(SettingType<?> type) {
    List<Object> wrong = new ArrayList<>(List.of(Map.of(), "no such value"));
    switch (type) {
      case SettingType.Whole whole ->
          wrong.addAll(List.of(whole.least() - 1, whole.most() + 1, 1.5));
      case SettingType.Layers layers -> wrong.addAll(List.of(List.of(0), List.of("1"), 3));
      case SettingType.Decimal decimal -> wrong.addAll(List.of(Double.NaN, List.of(0.5)));
      case SettingType.Flag _ -> wrong.add(1);
      case SettingType.Choice<?> _ -> wrong.add(1);
      default -> throw new IllegalArgumentException(type + " is of no exit setting");
    }
    return wrong;
  }

  /** The setting with what it belongs to. */
  private static ExitSettings settings(ExitSetting<?> setting) {
    Map<String, String> texts = new LinkedHashMap<>();
    boolean fixed = setting.policies().size() == 1;
    texts.put("policy", fixed ? "static" : "max_prob");
    texts.put(fixed ? "exit_at" : "threshold", fixed ? "3" : "0.25");
    if (setting.name().startsWith("draft")) {
      texts.put("lossless", "true");
    }
    texts.put(setting.name(), text(setting.type()));
    return ExitSettings.parse("", texts);
  }

  @Test
  void everySettingMeansTheSameAtEveryDoor() {
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      ExitSettings meant = settings(setting);
      assertThat(meant.get(setting)).as(setting.name()).isNotNull();
      assertThat(ExitSettings.parse(meant.toString())).isEqualTo(meant);
      for (String name : names(setting)) {
        ObjectNode json = MAPPER.valueToTree(meant.json());
        json.set(name, json.remove(setting.name()));
        DOORS.forEach(
            (place, door) -> assertThat(door.read(json)).as("%s%s", place, name).isEqualTo(meant));
      }
    }
  }

  private static List<String> names(ExitSetting<?> setting) {
    List<String> names = new ArrayList<>(List.of(setting.name()));
    names.addAll(setting.oldNames());
    return names;
  }

  @Test
  void everyValueOutOfRangeIsRefusedInOneLineThatNamesTheField() {
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      for (Object value : wrong(setting.type())) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set(setting.name(), MAPPER.valueToTree(value));
        DOORS.forEach(
            (place, door) -> {
              String line = refusal(door, json);
              assertThat(line)
                  .as("%s %s", place, json)
                  .contains(place.strip())
                  .contains(
                      setting.name().equals("layers") ? "layers: is not " : setting + ": is not ")
                  .contains(setting.type().range())
                  .doesNotContain("\n");
            });
      }
    }
  }

  private static String refusal(Door door, ObjectNode json) {
    try {
      return "read as " + door.read(json);
    } catch (InputException | ApiException e) {
      return Objects.requireNonNull(e.getMessage());
    }
  }

  @Test
  void aSettingInTheWrongPlaceIsRefused() {
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      for (String name : names(setting)) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("prompt", "a").put(name, 1);
        assertThat(refusal(json -> exits(LineBody.parse(json)), body))
            .contains(name, "belongs into the object exits");
      }
    }
  }

  @Test
  void theDescriptionHoldsTheTable() throws Exception {
    try (var file = SettingSchema.class.getResourceAsStream("/dev/deed/server/openapi.yaml")) {
      byte[] template = Objects.requireNonNull(file).readAllBytes();
      String described = new String(SettingSchema.describe(template), StandardCharsets.UTF_8);
      for (ExitSetting<?> setting : ExitSetting.ALL) {
        assertThat(
                described.lines().filter(line -> line.strip().startsWith(setting + ": {\"type\"")))
            .as("requests, settings of OpenAI's bodies, two policies of a model")
            .hasSize(4);
      }
      for (GenerationSetting<?> setting : GenerationSetting.ALL) {
        assertThat(described.lines().filter(line -> line.strip().startsWith(setting + ": {\"")))
            .as(setting.name())
            .isNotEmpty();
      }
      assertThat(described).doesNotContain("# exit settings", "# generation settings");
    }
    assertThat(SettingSchema.ofExits().path("gate").toString())
        .startsWith("{\"type\":[\"number\",\"null\"],\"minimum\":0.0,\"maximum\":1.0,")
        .contains("\"x-policies\":[\"max_prob\",\"margin\",\"entropy\"]");
    assertThat(SettingSchema.ofExits().path("policy").path("enum"))
        .hasSize(ExitPolicy.values().length + 1);
  }
}
