package dev.deed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A language that an answer's text must be of; see {@link GenerationOptions#withConstraint}. {@code
 * docs/generation.md} says which texts each of them has. A model checks it when it gets a request.
 * Immutable.
 */
public final class Constraint {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, Object> setting;

  private Constraint(String kind, Object value) {
    this.setting = Map.of(kind, value);
  }

  /**
   * {@return one of some texts}
   *
   * @param texts at least one
   */
  public static Constraint choice(List<String> texts) {
    return new Constraint("choice", List.copyOf(texts));
  }

  /**
   * {@return the texts that match a regular expression as a whole}
   *
   * @param pattern without what is not regular, such as look-around
   */
  public static Constraint regex(String pattern) {
    return new Constraint("regex", Objects.requireNonNull(pattern, "pattern"));
  }

  /**
   * {@return JSON that a schema allows, without blanks outside strings}
   *
   * @param schema a JSON Schema, as JSON
   * @throws InputException when it is no JSON
   */
  public static Constraint jsonSchema(String schema) {
    try {
      Object value = MAPPER.readValue(schema, new TypeReference<Object>() {});
      InputException.require(value != null, "schema", "is empty", "give a JSON Schema");
      return new Constraint("json", value);
    } catch (JsonProcessingException e) {
      throw new InputException("schema", "is no JSON", "give a JSON Schema");
    }
  }

  /** {@return any JSON object, without blanks outside strings} */
  public static Constraint jsonObject() {
    return new Constraint("json_object", true);
  }

  /**
   * {@return the texts of a grammar}
   *
   * @param gbnf in the notation of llama.cpp, its start the rule {@code root}
   */
  public static Constraint grammar(String gbnf) {
    return new Constraint("grammar", Objects.requireNonNull(gbnf, "gbnf"));
  }

  /**
   * {@return the constraint that a setting {@code structured_outputs} states}
   *
   * @param json an object such as {@code {"regex": "[0-9]+"}}
   * @throws InputException when it is no such object
   */
  public static Constraint parse(String json) {
    Map<String, Object> parsed;
    try {
      parsed = MAPPER.readValue(json, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new InputException("structured_outputs", "is no JSON object", "give {\"regex\": ...}");
    }
    InputException.requireField(
        parsed != null && parsed.size() == 1 && parsed.values().iterator().next() != null,
        "structured_outputs",
        "has not exactly one key",
        "give one of choice, regex, json, json_object, grammar");
    Map.Entry<String, Object> one = parsed.entrySet().iterator().next();
    return new Constraint(one.getKey(), one.getValue());
  }

  /** The value of {@code structured_outputs}. */
  Map<String, Object> setting() {
    return setting;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Constraint constraint && setting.equals(constraint.setting);
  }

  @Override
  public int hashCode() {
    return setting.hashCode();
  }

  @Override
  public String toString() {
    return setting.toString();
  }
}
