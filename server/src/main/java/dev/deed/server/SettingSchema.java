package dev.deed.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.TaskType;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.GenerationSetting;
import dev.deed.value.Setting;
import dev.deed.value.SettingType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tables of settings as JSON Schema, for the description of the interface and for the form of
 * the page.
 */
final class SettingSchema {
  /** Where the properties belong in the description. */
  private static final Pattern EXITS = Pattern.compile("(?m)^( *)# exit settings$");

  private static final Pattern GENERATION = Pattern.compile("(?m)^( *)# generation settings$");

  private SettingSchema() {}

  /** A schema for each exit setting, by name. */
  static ObjectNode ofExits() {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    ExitSetting.ALL.forEach(setting -> properties.set(setting.name(), ofExit(setting)));
    return properties;
  }

  /** A description with the properties in their places; JSON is YAML. */
  static byte[] describe(byte[] description) {
    ObjectNode exits = ofExits();
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      for (String name : setting.oldNames()) {
        exits.set(name, ofExit(setting).put("deprecated", true));
      }
    }
    ObjectNode generation = JsonNodeFactory.instance.objectNode();
    GenerationSetting.ALL.forEach(setting -> generation.set(setting.name(), schema(setting)));
    String text = new String(description, StandardCharsets.UTF_8);
    text = EXITS.matcher(text).replaceAll(lines(exits));
    text = with(text, "form", TranscriptionForm.SETTINGS);
    for (TaskType task : TaskType.all()) {
      text = with(text, task.name(), task.settings());
    }
    return GENERATION.matcher(text).replaceAll(lines(generation)).getBytes(StandardCharsets.UTF_8);
  }

  private static String with(String text, String what, List<? extends Setting<?>> settings) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    settings.forEach(setting -> properties.set(setting.name(), schema(setting)));
    return Pattern.compile("(?m)^( *)# " + what + " settings$")
        .matcher(text)
        .replaceAll(lines(properties));
  }

  private static String lines(ObjectNode properties) {
    return properties.properties().stream()
        .map(each -> "$1" + Matcher.quoteReplacement(each.getKey() + ": " + each.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static ObjectNode ofExit(ExitSetting<?> setting) {
    ObjectNode schema = schema(setting);
    setting.policies().stream().map(ExitPolicy::label).forEach(schema.putArray("x-policies")::add);
    return schema;
  }

  private static ObjectNode schema(Setting<?> setting) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    switch (setting.type()) {
      case SettingType.Flag _ -> type(schema, "boolean");
      case SettingType.Choice<?> choice -> {
        type(schema, "string");
        choice.names().forEach(schema.putArray("enum")::add);
        schema.withArray("enum").addNull();
      }
      case SettingType.Decimal range -> {
        type(schema, "number");
        if (range.least() > -Double.MAX_VALUE) {
          schema.put("minimum", range.least());
        }
        if (range.most() < Float.MAX_VALUE) {
          schema.put("maximum", range.most());
        }
      }
      case SettingType.Positive range -> {
        type(schema, "number").put("exclusiveMinimum", 0);
        if (range.most() < Float.MAX_VALUE) {
          schema.put("maximum", range.most());
        }
      }
      case SettingType.Whole range ->
          type(schema, "integer").put("minimum", range.least()).put("maximum", range.most());
      case SettingType.Long64 _ -> type(schema, "integer").put("format", "int64");
      case SettingType.Token _ -> type(schema, "integer").put("minimum", 0);
      case SettingType.FlagOr three -> {
        type(schema, "boolean").withArray("type").add("string");
        schema.putArray("enum").add(true).add(false).add(three.word()).addNull();
      }
      case SettingType.Layers layers -> {
        type(schema, "array").put("maxItems", layers.most());
        ObjectNode items = schema.putObject("items").put("type", "integer");
        items.put("minimum", 1).put("maximum", layers.most());
      }
      case SettingType.Text(int inFile) -> {
        type(schema, "string");
        if (inFile > 0) {
          // As OpenAI states a prediction.
          schema.withArray("type").add("object");
        }
      }
      case SettingType.Texts _ -> {
        type(schema, "array").withArray("type").add("string");
        schema.putObject("items").put("type", "string");
      }
      case SettingType.Numbers _, SettingType.Boxes _ -> {
        type(schema, "array").withArray("type").add("number");
        schema.putObject("items").put("type", "number");
      }
      // The words are in the description.
      case SettingType.Words<?> _ -> {}
      case SettingType.Json _ -> {
        if (setting.equals(GenerationSetting.STRUCTURED_OUTPUTS)) {
          schema.put("$ref", "#/components/schemas/Constraint");
        }
      }
    }
    String takes =
        setting.type() instanceof SettingType.Json
                || setting.type() instanceof SettingType.Words<?>
                || setting.type() instanceof SettingType.Boxes
            ? " Takes " + setting.type().range() + "."
            : "";
    return schema.put("description", setting.help() + takes);
  }

  private static ObjectNode type(ObjectNode schema, String name) {
    List.of(name, "null").forEach(schema.withArray("type")::add);
    return schema;
  }
}
