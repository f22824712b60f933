package dev.deed.processing.tokenizer.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks through the processors of a {@code tokenizer.json}, which put special tokens around a text.
 * Belongs to one file.
 */
final class TemplateCheck {
  /** Whisper's have five. */
  private static final int MOST_TOKENS = 1000;

  /** The fields by which the library tells what kind a processor is, whatever its type says. */
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "TemplateProcessing", Set.of("single", "pair", "special_tokens"),
          "BertProcessing", Set.of("cls", "sep"),
          "RobertaProcessing", Set.of("cls", "sep"),
          "ByteLevel", Set.of(),
          "Sequence", Set.of("processors"));

  /** Makes an error of what is wrong. */
  private final Function<String, InputException> wrong;

  private boolean isFramed;

  TemplateCheck(Function<String, InputException> wrong) {
    this.wrong = wrong;
  }

  /** Requires of a processor that it is of the kind that its type says. */
  void requireFields(String type, JsonNode step) {
    for (Set<String> others : FIELDS.values()) {
      for (String field : others) {
        refuseIf(
            step.has(field) && !FIELDS.getOrDefault(type, Set.of()).contains(field),
            "is of the type \"" + type + "\", which has no \"" + field + "\"");
      }
    }
  }

  void check(String type, JsonNode step) {
    if (type.equals("ByteLevel")) {
      return;
    }
    // The library has no answer to several parts that come out of a template.
    refuseIf(isFramed, "puts tokens around a text twice");
    isFramed = true;
    if (type.equals("TemplateProcessing")) {
      template(step);
    } else {
      Set.of("cls", "sep").forEach(key -> requireShort(step.path(key).path(0)));
    }
  }

  private void template(JsonNode step) {
    JsonNode special = step.path("special_tokens");
    for (JsonNode token : special) {
      refuseIf(
          token.path("ids").size() != token.path("tokens").size(),
          "has a template with unlike numbers of ids and tokens");
      token.path("tokens").forEach(this::requireShort);
    }
    pieces(step.path("single"), special, "A");
    pieces(step.path("pair"), special, "B");
  }

  /**
   * @param last the last text that it can ask for
   */
  private void pieces(JsonNode template, JsonNode special, String last) {
    int texts = 0;
    int tokens = 0;
    for (JsonNode piece : template) {
      JsonNode token = piece.path("SpecialToken").path("id");
      JsonNode text = piece.path("Sequence").path("id");
      refuseIf(
          !token.isMissingNode() && !special.has(token.asText()),
          "has a template with a token that it does not explain");
      refuseIf(
          last.equals("A") && text.asText().equals("B"), "has a template that wants a second text");
      texts += text.isMissingNode() ? 0 : 1;
      tokens += 1 + special.path(token.asText()).path("ids").size();
    }
    refuseIf(texts > (last.equals("A") ? 1 : 2), "has a template that repeats a text");
    refuseIf(tokens > MOST_TOKENS, "has a template of more than " + MOST_TOKENS + " tokens");
  }

  private void refuseIf(boolean isWrong, String why) {
    if (isWrong) {
      throw wrong.apply(why);
    }
  }

  private void requireShort(JsonNode token) {
    refuseIf(
        token.asText().length() > ModelReader.LONGEST_NAME,
        "has a token longer than " + ModelReader.LONGEST_NAME + " characters");
  }
}
