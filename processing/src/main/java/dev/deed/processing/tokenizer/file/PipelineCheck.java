package dev.deed.processing.tokenizer.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.InputException;
import dev.deed.processing.tokenizer.sentencepiece.CharacterMap;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Looks through the steps around the model of a {@code tokenizer.json}. An error inside the
 * tokenizers library (a panic of its language, Rust) ends the whole process instead of coming back
 * as an exception, so what is known to cause one is refused here, and kinds of steps that nobody
 * has looked at with it.
 */
final class PipelineCheck {
  private static final int MOST_DEPTH = 8;
  private static final int LONGEST_PATTERN = 1000;

  /**
   * Repetition of a group that repeats inside, or a reference back: the time that these can take is
   * exponential in the length of a text.
   */
  private static final Pattern ENDLESS =
      Pattern.compile("(?:[+*]|\\{\\d+,\\d*})[^()]*\\)(?:[+*]|\\{\\d*,)|\\\\[1-9]|\\\\k");

  private static final Pattern LOOKING_AROUND = Pattern.compile("\\(\\?<?[=!]|\\\\[bBGKyY]");

  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "normalizer",
          Set.of(
              "BertNormalizer",
              "ByteLevel",
              "Lowercase",
              "NFC",
              "NFD",
              "NFKC",
              "NFKD",
              "Nmt",
              "Precompiled",
              "Prepend",
              "Replace",
              "Sequence",
              "Strip",
              "StripAccents"),
          "pre_tokenizer",
          Set.of(
              "BertPreTokenizer",
              "ByteLevel",
              "CharDelimiterSplit",
              "Digits",
              "Metaspace",
              "Punctuation",
              "Sequence",
              "Split",
              "UnicodeScripts",
              "Whitespace",
              "WhitespaceSplit"),
          "post_processor",
          Set.of(
              "BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"),
          "decoder",
          Set.of(
              "BPEDecoder",
              "ByteFallback",
              "ByteLevel",
              "CTC",
              "Fuse",
              "Metaspace",
              "Replace",
              "Sequence",
              "Strip",
              "WordPiece"));

  private final String origin;
  private final String part;

  private PipelineCheck(String origin, String part) {
    this.origin = origin;
    this.part = part;
  }

  /**
   * @param origin what an error message calls the file
   * @param part {@code normalizer}, {@code pre_tokenizer}, {@code post_processor} or {@code
   *     decoder}
   * @param step what the file says there
   * @throws InputException when a step is not known, or known to be a danger
   */
  static void check(String origin, String part, JsonNode step) {
    new PipelineCheck(origin, part).step(step, 0);
  }

  private void step(JsonNode step, int depth) {
    if (step.isNull()) {
      return;
    }
    String type = step.path("type").asText();
    if (depth > MOST_DEPTH || !KNOWN.getOrDefault(part, Set.of()).contains(type)) {
      throw wrong("is of the type \"" + type + "\", which is not supported");
    }
    switch (type) {
      case "Sequence" -> sequence(step, depth);
      case "Precompiled" -> characterMap(step.path("precompiled_charsmap"));
      case "Prepend" -> {
        if (step.path("prepend").asText().isEmpty()) {
          throw wrong("prepends nothing");
        }
      }
      case "Split" -> pattern(step.path("pattern"));
      case "Replace" -> {
        pattern(step.path("pattern"));
        requireLength(step.path("pattern").path("Regex"));
      }
      case "Strip" -> stripped(step);
      case "TemplateProcessing" -> template(step);
      default -> {}
    }
  }

  private void sequence(JsonNode step, int depth) {
    for (String list : Set.of("normalizers", "pretokenizers", "processors", "decoders")) {
      for (JsonNode item : step.path(list)) {
        step(item, depth + 1);
      }
    }
  }

  private void characterMap(JsonNode text) {
    byte[] map;
    try {
      map = Base64.getDecoder().decode(text.asText());
    } catch (IllegalArgumentException e) {
      map = new byte[0];
    }
    // Also what Java's decoder forgives, such as missing padding, is refused by the library.
    if (map.length == 0 || !Base64.getEncoder().encodeToString(map).equals(text.asText())) {
      throw wrong("has a damaged \"precompiled_charsmap\"");
    }
    CharacterMap.check(origin, map);
  }

  private void pattern(JsonNode pattern) {
    String text = pattern.path("Regex").asText(pattern.path("String").asText());
    if (text.isEmpty() || text.length() > LONGEST_PATTERN) {
      throw wrong("has a pattern that is empty or longer than " + LONGEST_PATTERN);
    }
    if (pattern.has("Regex") && ENDLESS.matcher(text).find()) {
      throw wrong("has a pattern that could take endless time");
    }
  }

  /**
   * The library cannot put something in the place of nothing. Without looking around, what matches
   * nothing anywhere matches it in an empty text.
   */
  private void requireLength(JsonNode regex) {
    if (regex.isMissingNode()) {
      return;
    }
    boolean empty;
    try {
      empty =
          LOOKING_AROUND.matcher(regex.asText()).find()
              || Pattern.compile(regex.asText()).matcher("").find();
    } catch (PatternSyntaxException e) {
      empty = true;
    }
    if (empty) {
      throw wrong("replaces a pattern that could match nothing");
    }
  }

  /** The library counts backwards beyond the start of a token that is shorter. */
  private void stripped(JsonNode step) {
    if (part.equals("decoder") && step.path("stop").asInt() != 0) {
      throw wrong("strips the end of tokens, which is not supported");
    }
  }

  private void template(JsonNode step) {
    JsonNode tokens = step.path("special_tokens");
    for (String form : Set.of("single", "pair")) {
      for (JsonNode piece : step.path(form)) {
        JsonNode special = piece.path("SpecialToken").path("id");
        if (!special.isMissingNode() && !tokens.has(special.asText())) {
          throw wrong("has a template with a token that it does not explain");
        }
        if (form.equals("single") && piece.path("Sequence").path("id").asText("A").equals("B")) {
          throw wrong("has a template that wants a second text");
        }
      }
    }
    for (JsonNode token : tokens) {
      if (token.path("ids").size() != token.path("tokens").size()) {
        throw wrong("has a template with unlike numbers of ids and tokens");
      }
    }
  }

  private InputException wrong(String why) {
    return new InputException(
        origin, "its \"" + part + "\" " + why, "give a tokenizer.json of a supported kind");
  }
}
