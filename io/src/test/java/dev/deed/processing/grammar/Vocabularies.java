package dev.deed.processing.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.decode.logits.AnswerState;
import dev.deed.processing.tokenizer.TokenBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Vocabularies of tests, whose last token is the end. */
final class Vocabularies {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** All bytes, and no token of several. */
  static final List<byte[]> BYTES = bytes();

  private Vocabularies() {}

  private static List<byte[]> bytes() {
    List<byte[]> all = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      all.add(new byte[] {(byte) b});
    }
    return List.copyOf(all);
  }

  /** All bytes, and some texts. */
  static List<byte[]> bytesAnd(List<String> texts) {
    List<byte[]> all = new ArrayList<>(BYTES);
    texts.forEach(text -> all.add(text.getBytes(StandardCharsets.UTF_8)));
    return all;
  }

  static AnswerState start(JsonNode constraint, List<byte[]> tokens) {
    byte[][] table = tokens.toArray(new byte[tokens.size() + 1][]);
    TextVocabulary texts = new TextVocabulary(new TokenBytes(table, table, true));
    return TokenLanguage.of(constraint, texts, new int[] {tokens.size()});
  }

  static AnswerState start(String constraint, List<byte[]> tokens) {
    return start(json(constraint), tokens);
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode constraint(String kind, String text) {
    return MAPPER.createObjectNode().put(kind, text);
  }

  /** Whether a text is one of the language, read byte by byte. */
  static boolean holds(AnswerState start, String text) {
    AnswerState state = start;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (!state.allows(b & 0xff)) {
        return false;
      }
      state = state.after(b & 0xff);
    }
    return state.allows(256);
  }
}
