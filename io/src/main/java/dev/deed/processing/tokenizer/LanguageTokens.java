package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The languages that the tokenizer of a translation model has tokens for, and where they stand in a
 * text for the encoder.
 *
 * @param ids of the languages' tokens by code
 * @param place where the source language stands
 * @param usualSource the source language of a text that is given without; null for none
 * @param usualTarget the language of a text to learn that is given without; null for none
 * @param end id of the end token
 */
record LanguageTokens(
    Map<String, Integer> ids,
    Place place,
    @Nullable String usualSource,
    @Nullable String usualTarget,
    int end) {
  private static final int MOST_NAMED = 12;

  /** Where the token of the source language stands. */
  enum Place {
    /** {@code code text end}: mBART-50, NLLB, M2M100. */
    FRONT,
    /** {@code text end code}: mBART, the first NLLB. */
    BACK,
    /** Nowhere; the target language stands in front, spelled {@code >>code<<}: Marian. */
    TARGET_IN_TEXT
  }

  /** Numbers by code; the first group of a token's spelling is the code. */
  static Map<String, Integer> among(Map<String, Integer> tokens, Pattern spelling) {
    Map<String, Integer> ids = new TreeMap<>();
    tokens.forEach(
        (token, id) -> {
          Matcher matcher = spelling.matcher(token);
          if (matcher.matches()) {
            ids.put(matcher.group(1), id);
          }
        });
    return ids;
  }

  /** The codes in alphabetical order. */
  List<String> codes() {
    return ids.keySet().stream().sorted().toList();
  }

  /**
   * @param field what an error message calls the code
   * @throws InputException when there is no such language
   */
  int id(String field, String code) {
    Integer id = ids.get(code);
    if (id == null) {
      throw InputException.ofField(
          field, "\"" + code + "\" is no language of this model", "give one of " + someCodes());
    }
    return id;
  }

  /** A text for the encoder with the token of its language; null for the usual one. */
  int[] frameSource(int[] text, @Nullable String code) {
    return frame(text, "source_language", code == null ? usualSource : code);
  }

  /** A text to learn with the token of its language; null for the usual one. */
  int[] frameTarget(int[] text, @Nullable String code) {
    return frame(text, "target_language", code == null ? usualTarget : code);
  }

  private int[] frame(int[] text, String field, @Nullable String code) {
    if (code == null) {
      throw InputException.ofField(
          field, "is missing", "this model needs one: give one of " + someCodes());
    }
    int language = id(field, code);
    int[] framed = new int[text.length + 2];
    int start = place == Place.FRONT ? 1 : 0;
    System.arraycopy(text, 0, framed, start, text.length);
    framed[start + text.length] = end;
    framed[place == Place.FRONT ? 0 : text.length + 1] = language;
    return framed;
  }

  private String someCodes() {
    List<String> codes = codes();
    String some = String.join(", ", codes.subList(0, Math.min(MOST_NAMED, codes.size())));
    return codes.size() <= MOST_NAMED ? some : some + " … (" + codes.size() + " in all)";
  }
}
