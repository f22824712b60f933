package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.processing.tokenizer.RegexCost.RefusedException;
import dev.deed.processing.tokenizer.TextCost.Step;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks through the steps around the model of a {@code tokenizer.json}. An error inside the
 * tokenizers library (a panic of its language, Rust) ends the whole process instead of coming back
 * as an exception, so what is known to cause one is refused here, and kinds of steps that nobody
 * has looked at with it. What the steps can make of a text is noted.
 */
final class PipelineCheck {
  private static final int MOST_DEPTH = 8;
  private static final int MOST_STEPS = 256;
  private static final int LONGEST_PATTERN = 1000;

  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "normalizer",
          names(
              """
              BertNormalizer ByteLevel Lowercase NFC NFD NFKC NFKD Nmt Precompiled Prepend Replace \
              Sequence Strip StripAccents"""),
          "pre_tokenizer",
          names(
              """
              BertPreTokenizer ByteLevel CharDelimiterSplit Digits Metaspace Punctuation Sequence \
              Split UnicodeScripts Whitespace WhitespaceSplit"""),
          "post_processor",
          names("BertProcessing ByteLevel RobertaProcessing Sequence TemplateProcessing"),
          "decoder",
          names(
              """
              BPEDecoder ByteFallback ByteLevel CTC Fuse Metaspace Replace Sequence Strip \
              WordPiece"""));

  private static Set<String> names(String separated) {
    return Set.of(separated.split(" "));
  }

  private final String origin;
  private final String part;
  private final TemplateCheck templates;
  private final List<Step> steps = new ArrayList<>();
  private int count;

  private PipelineCheck(String origin, String part) {
    this.origin = origin;
    this.part = part;
    this.templates = new TemplateCheck(this::wrong);
  }

  /**
   * @param origin what an error message calls the file
   * @param part {@code normalizer}, {@code pre_tokenizer}, {@code post_processor} or {@code
   *     decoder}
   * @param step what the file says there
   * @return what the steps can do to a text, in their order
   * @throws InputException when a step is not known, or known to be a danger
   */
  static List<Step> check(String origin, String part, JsonNode step) {
    PipelineCheck check = new PipelineCheck(origin, part);
    check.step(step, 0);
    return List.copyOf(check.steps);
  }

  private void step(JsonNode step, int depth) {
    if (step.isNull()) {
      return;
    }
    String type = step.path("type").asText();
    refuseIf(
        depth > MOST_DEPTH || !KNOWN.getOrDefault(part, Set.of()).contains(type),
        "is of the type \"" + type + "\", which is not supported");
    refuseIf(++count > MOST_STEPS, "has more than " + MOST_STEPS + " steps");
    if (part.equals("post_processor")) {
      templates.requireFields(type, step);
    }
    if (type.equals("Sequence")) {
      for (String list : Set.of("normalizers", "pretokenizers", "processors", "decoders")) {
        step.path(list).forEach(item -> step(item, depth + 1));
      }
      return;
    }
    switch (part) {
      case "normalizer" -> steps.add(normalizing(type, step));
      case "pre_tokenizer" -> steps.add(cutting(type, step));
      case "decoder" -> steps.add(decoding(type, step));
      default -> templates.check(type, step);
    }
  }

  /** The factors of Unicode's forms are those of its Standard Annex 15. */
  private Step normalizing(String type, JsonNode step) {
    return switch (type) {
      case "NFC", "NFD" -> Step.growing(1, 3, true);
      case "NFKC", "NFKD" -> Step.growing(1, 11, true);
      case "Lowercase" -> Step.growing(1, 2, true);
      // NFD, lower case, and spaces around Chinese characters.
      case "BertNormalizer" -> Step.growing(1, 12, true);
      case "ByteLevel" -> Step.growing(2, 2, false);
      case "Precompiled" -> {
        CharacterMap.Growth growth = characterMap(step.path("precompiled_charsmap"));
        yield Step.growing(growth.ascii(), growth.other(), false);
      }
      case "Prepend" -> {
        int bytes = utf8(step.path("prepend").asText());
        refuseIf(bytes == 0, "prepends nothing");
        // Once to each part of a text between added tokens, which can be one byte.
        yield Step.growing(1 + bytes, 1 + bytes, false);
      }
      case "Replace" -> replacing(step);
      default -> Step.growing(1, 1, true);
    };
  }

  private Step cutting(String type, JsonNode step) {
    return switch (type) {
      case "Split" -> Step.cutting(1, 1).after(pattern(step.path("pattern")));
      case "ByteLevel" ->
          step.path("add_prefix_space").asBoolean(true) ? Step.cutting(3, 3) : Step.cutting(2, 2);
      // A part of one byte gets a mark in front.
      case "Metaspace" -> {
        int mark = Math.max(1, utf8(step.path("replacement").asText("▁")));
        yield Step.cutting(1 + mark, 1 + mark);
      }
      default -> Step.cutting(1, 1);
    };
  }

  private Step decoding(String type, JsonNode step) {
    return switch (type) {
      case "Replace" -> replacing(step);
      // Bytes that are no character become one of three.
      case "ByteLevel" -> Step.growing(1.5, 1.5, false);
      case "Strip" -> {
        // The library counts backwards beyond the start of a token that is shorter.
        refuseIf(
            step.path("stop").asInt() != 0, "strips the end of tokens, which is not supported");
        yield Step.growing(1, 1, true);
      }
      // A space in front of each token, or, where what they look for is empty, each character.
      case "BPEDecoder", "CTC", "WordPiece" -> Step.growing(3, 3, true);
      default -> Step.growing(1, 1, true);
    };
  }

  private Step replacing(JsonNode step) {
    RegexCost search = pattern(step.path("pattern"));
    // The library cannot put something in the place of nothing.
    refuseIf(search.shortest() == 0, "replaces a pattern that could match nothing");
    String content = step.path("content").asText();
    String text = step.path("pattern").path("String").asText();
    double growth = Math.max(1, (double) utf8(content) / Math.max(search.shortest(), utf8(text)));
    boolean leavesAscii = !text.isEmpty() && text.chars().allMatch(c -> c >= 0x80);
    return Step.growing(
            leavesAscii ? 1 : growth,
            growth,
            leavesAscii || content.chars().allMatch(c -> c < 0x80))
        .after(search);
  }

  private CharacterMap.Growth characterMap(JsonNode text) {
    byte[] map;
    try {
      map = Base64.getDecoder().decode(text.asText());
    } catch (IllegalArgumentException e) {
      map = new byte[0];
    }
    // Also what Java's decoder forgives, such as missing padding, is refused by the library.
    refuseIf(
        map.length == 0 || !Base64.getEncoder().encodeToString(map).equals(text.asText()),
        "has a damaged \"precompiled_charsmap\"");
    return CharacterMap.check(origin, map);
  }

  private RegexCost pattern(JsonNode pattern) {
    boolean isText = !pattern.has("Regex");
    String text = pattern.path(isText ? "String" : "Regex").asText();
    refuseIf(
        text.isEmpty() || text.length() > LONGEST_PATTERN,
        "has a pattern that is empty or longer than " + LONGEST_PATTERN);
    if (isText) {
      return RegexCost.ofText(text);
    }
    try {
      return RegexCost.of(text);
    } catch (RefusedException e) {
      throw wrong("has a pattern that " + e.getMessage());
    }
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private void refuseIf(boolean isWrong, String why) {
    if (isWrong) {
      throw wrong(why);
    }
  }

  private InputException wrong(String why) {
    return new InputException(
        origin, "its \"" + part + "\" " + why, "give a tokenizer.json of a supported kind");
  }

  /**
   * Looks through the processors of a {@code tokenizer.json}, which put special tokens around a
   * text. Belongs to one file.
   */
  private static final class TemplateCheck {
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
            last.equals("A") && text.asText().equals("B"),
            "has a template that wants a second text");
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
}
