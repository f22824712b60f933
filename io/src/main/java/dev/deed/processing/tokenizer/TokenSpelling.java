package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a tokenizer spells the text that a token stands for: what decoding does, token by token.
 * Immutable.
 *
 * @param front what the first token of a text loses
 */
record TokenSpelling(Style style, Front front) {
  /** How bytes are spelled. */
  enum Style {
    /** A character is the byte of its number (ByT5). */
    BYTES,
    /** Each byte is a printable character (GPT-2). */
    BYTE_LEVEL,
    /** A mark stands for a space, and {@code <0x41>} for a byte. */
    PIECES,
    /** As it is; spaces come between tokens. */
    WORDS
  }

  /** What the first token of a text loses. */
  enum Front {
    NOTHING,
    /** All its marks of spaces. */
    MARKS,
    /** One space. */
    SPACE
  }

  private static final int HEX = 16;
  private static final int[] BYTES = bytes();

  /** The byte that each character of GPT-2's spelling stands for; −1: none. */
  private static int[] bytes() {
    char[] alphabet = ByteLevel.alphabet();
    int[] bytes = new int[512];
    Arrays.fill(bytes, -1);
    for (int b = 0; b < alphabet.length; b++) {
      bytes[alphabet[b]] = b;
    }
    return bytes;
  }

  /**
   * The spelling that the decoder of a {@code tokenizer.json} takes apart.
   *
   * @throws InputException when it does what is not known here
   */
  static TokenSpelling of(String origin, JsonNode decoder) {
    if (decoder.isNull()) {
      return new TokenSpelling(Style.WORDS, Front.SPACE);
    }
    List<JsonNode> steps = new ArrayList<>();
    collect(decoder, steps);
    Style style = null;
    Front front = Front.NOTHING;
    for (JsonNode step : steps) {
      String type = step.path("type").asText();
      switch (type) {
        case "ByteLevel" -> style = Style.BYTE_LEVEL;
        case "Metaspace" -> {
          style = Style.PIECES;
          front =
              "never".equals(step.path("prepend_scheme").asText()) ? Front.NOTHING : Front.MARKS;
          requireMark(origin, step.path("replacement").asText());
        }
        case "Replace" -> {
          style = Style.PIECES;
          requireMark(origin, step.path("pattern").path("String").asText());
        }
        case "ByteFallback", "Fuse" -> {}
        case "Strip" -> {
          front = Front.SPACE;
          require(origin, step.path("start").asInt() == 1 && isSpace(step), "strips more");
        }
        default -> throw unknown(origin, "has a step " + type);
      }
    }
    if (style == null) {
      throw unknown(origin, "spells texts in a way of its own");
    }
    return new TokenSpelling(style, front);
  }

  private static boolean isSpace(JsonNode step) {
    return step.path("content").asText().equals(" ");
  }

  private static void collect(JsonNode step, List<JsonNode> steps) {
    if (step.path("type").asText().equals("Sequence")) {
      step.path("decoders").forEach(one -> collect(one, steps));
    } else {
      steps.add(step);
    }
  }

  private static void requireMark(String origin, String mark) {
    require(origin, mark.equals(SentencePieceModel.SPACE), "has another mark of spaces");
  }

  private static void require(String origin, boolean holds, String why) {
    if (!holds) {
      throw unknown(origin, why);
    }
  }

  static InputException unknown(String origin, String why) {
    return new InputException(
            "structured_outputs",
            "the decoder of " + origin + " " + why + ", which is not supported with constraints",
            "leave structured_outputs out, or use another tokenizer")
        .about("structured_outputs");
  }

  /** Whether a token adds the same wherever it stands. */
  boolean isUniform() {
    return front == Front.NOTHING;
  }

  /** What a token adds to a text as its first. */
  byte[] first(String token) {
    return switch (front) {
      case NOTHING -> later(token);
      case MARKS -> later(token.replace(SentencePieceModel.SPACE, ""));
      case SPACE -> {
        byte[] bytes = later(token);
        yield bytes.length > 0 && bytes[0] == ' '
            ? Arrays.copyOfRange(bytes, 1, bytes.length)
            : bytes;
      }
    };
  }

  /** What it adds behind others. */
  byte[] later(String token) {
    byte[] bytes =
        switch (style) {
          case BYTES -> token.length() == 1 ? new byte[] {(byte) token.charAt(0)} : null;
          case BYTE_LEVEL -> ofCharacters(token);
          case PIECES -> fallback(token);
          case WORDS -> (" " + token).getBytes(StandardCharsets.UTF_8);
        };
    return bytes != null
        ? bytes
        : token.replace(SentencePieceModel.SPACE, " ").getBytes(StandardCharsets.UTF_8);
  }

  /** Null for a token that is no such spelling, which stands for itself. */
  private static byte @Nullable [] ofCharacters(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= BYTES.length || BYTES[c] < 0) {
        return null;
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }

  private static byte @Nullable [] fallback(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || !token.endsWith(">")) {
      return null;
    }
    int high = Character.digit(token.charAt(3), HEX);
    int low = Character.digit(token.charAt(4), HEX);
    return high < 0 || low < 0 ? null : new byte[] {(byte) (HEX * high + low)};
  }
}
