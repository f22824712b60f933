package dev.deed.field;

import dev.deed.Generation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a page. Immutable.
 *
 * @param fields by name, in the model's order; null where the page does not have it
 * @param answers what the model generated, in the same order
 */
public record PageFields(Map<String, @Nullable PageField> fields, List<Generation> answers) {
  /** Copies map and list. */
  public PageFields {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    answers = List.copyOf(answers);
  }

  /**
   * {@return the text of a field; null where the page does not have it}
   *
   * @param name of the field
   */
  public @Nullable String text(String name) {
    PageField field = fields.get(name);
    return field == null ? null : field.text();
  }
}
