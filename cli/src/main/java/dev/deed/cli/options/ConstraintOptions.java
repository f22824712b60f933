package dev.deed.cli.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.GenerationOptions;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * Options with what was given.
   *
   * @throws InputException when a file cannot be read
   */
  public GenerationOptions applyTo(GenerationOptions options) {
    Map<String, Object> given = new LinkedHashMap<>();
    if (!choice.isEmpty()) {
      given.put("choice", choice);
    }
    if (regex != null) {
      given.put("regex", regex);
    }
    if (jsonSchema != null) {
      given.put("json", schema(jsonSchema));
    }
    if (grammar != null) {
      given.put("grammar", OptionText.read("--grammar", grammar, MOST_BYTES));
    }
    return given.isEmpty() ? options : options.with(GenerationSetting.STRUCTURED_OUTPUTS, given);
  }

  private static Object schema(Path file) {
    try {
      return MAPPER.readValue(OptionText.read("--json-schema", file, MOST_BYTES), Object.class);
    } catch (JsonProcessingException e) {
      throw new InputException(file.toString(), "is no JSON", "give a JSON Schema");
    }
  }
}
