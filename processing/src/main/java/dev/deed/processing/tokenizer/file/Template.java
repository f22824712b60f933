package dev.deed.processing.tokenizer.file;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.ToIntFunction;

/**
 * The {@code post_processor} of a {@code tokenizer.json} that puts special tokens around a text.
 */
public final class Template {
  private Template() {}

  /**
   * Single texts become {@code before text after}; a second text and {@code after} follow in pairs.
   *
   * @param ids of the tokens
   */
  public static ObjectNode of(List<String> before, List<String> after, ToIntFunction<String> ids) {
    ObjectNode template = JsonNodeFactory.instance.objectNode();
    template.put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    for (ArrayNode pieces : List.of(single, pair)) {
      before.forEach(token -> add(pieces, "SpecialToken", token));
      add(pieces, "Sequence", "A");
      after.forEach(token -> add(pieces, "SpecialToken", token));
    }
    add(pair, "Sequence", "B");
    after.forEach(token -> add(pair, "SpecialToken", token));
    ObjectNode special = template.putObject("special_tokens");
    SequencedSet<String> tokens = new LinkedHashSet<>(before);
    tokens.addAll(after);
    for (String token : tokens) {
      ObjectNode entry = special.putObject(token).put("id", token);
      entry.putArray("ids").add(ids.applyAsInt(token));
      entry.putArray("tokens").add(token);
    }
    return template;
  }

  private static void add(ArrayNode pieces, String kind, String id) {
    pieces.addObject().putObject(kind).put("id", id).put("type_id", 0);
  }
}
