package dev.deed.cli.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What answers must be a text of: one of {@code structured_outputs}, line by line overridden. */
public final class ConstraintOptions {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_BYTES = 1 << 20;

  @Option(names = "--choice", paramLabel = "TEXT", descriptionKey = "constraint.choice")
  List<String> choice = List.of();

  @Option(names = "--regex", paramLabel = "R", descriptionKey = "constraint.regex")
  @Nullable String regex;

  @Option(names = "--json-schema", paramLabel = "FILE", descriptionKey = "constraint.json-schema")
  @Nullable Path jsonSchema;

  @Option(names = "--grammar", paramLabel = "FILE", descriptionKey = "constraint.grammar")
  @Nullable Path grammar;

  /**
   * Adds what was given to settings by their names in generation_config.json.
   *
   * @throws InputException when a file cannot be read
   */
  public ObjectNode addTo(ObjectNode settings) {
    ObjectNode given = settings.objectNode();
    if (!choice.isEmpty()) {
      choice.forEach(given.putArray("choice")::add);
    }
    if (regex != null) {
      given.put("regex", regex);
    }
    if (jsonSchema != null) {
      given.set("json", schema(jsonSchema));
    }
    if (grammar != null) {
      given.put("grammar", OptionText.read("--grammar", grammar, MOST_BYTES));
    }
    if (!given.isEmpty()) {
      settings.set("structured_outputs", given);
    }
    return settings;
  }

  private static JsonNode schema(Path file) {
    try {
      return MAPPER.readTree(OptionText.read("--json-schema", file, MOST_BYTES));
    } catch (JsonProcessingException e) {
      throw new InputException(file.toString(), "is no JSON", "give a JSON Schema");
    }
  }
}
