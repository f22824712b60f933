package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.SettingType;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The exit settings as JSON Schema, for the description of the interface and for the form of the
 * page.
 */
final class ExitSchema {
  /** Where the properties belong in the description. */
  private static final Pattern PLACE = Pattern.compile("(?m)^( *)# exit settings$");

  private ExitSchema() {}

  /** A schema for each setting, by name. */
  static ObjectNode properties() {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    ExitSetting.ALL.forEach(setting -> properties.set(setting.name(), schema(setting)));
    return properties;
  }

  /** A description with the properties in their place; JSON is YAML. */
  static byte[] describe(byte[] description) {
    ObjectNode properties = properties();
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      for (String name : setting.oldNames()) {
        properties.set(name, schema(setting).put("deprecated", true));
      }
    }
    String lines =
        properties.properties().stream()
            .map(each -> "$1" + Matcher.quoteReplacement(each.getKey() + ": " + each.getValue()))
            .collect(Collectors.joining("\n"));
    String text = new String(description, StandardCharsets.UTF_8);
    return PLACE.matcher(text).replaceAll(lines).getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode schema(ExitSetting<?> setting) {
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
        if (range.most() < Double.MAX_VALUE) {
          schema.put("maximum", range.most());
        }
      }
      case SettingType.Whole range ->
          type(schema, "integer").put("minimum", range.least()).put("maximum", range.most());
      case SettingType.Layers layers -> {
        type(schema, "array").put("maxItems", layers.most());
        ObjectNode items = schema.putObject("items").put("type", "integer");
        items.put("minimum", 1).put("maximum", layers.most());
      }
    }
    schema.put("description", setting.help());
    setting.policies().stream().map(ExitPolicy::label).forEach(schema.putArray("x-policies")::add);
    return schema;
  }

  private static ObjectNode type(ObjectNode schema, String name) {
    schema.putArray("type").add(name).add("null");
    return schema;
  }
}
