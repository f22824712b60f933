package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the vocabulary out of the {@code model} of a {@code tokenizer.json}, and refuses settings
 * that the library answers by chance or by ending the process.
 */
final class ModelReader {
  /** Characters of names such as that of the unknown token, which can stand for each character. */
  static final int LONGEST_NAME = 200;

  /** Bytes of a piece; the library keeps pieces as a tree that it walks by recursion. */
  private static final int LONGEST_PIECE = 1000;

  /**
   * Bytes of all pieces: each can take 350 of memory in that tree. Vocabularies of a quarter of a
   * million pieces have 3,000,000.
   */
  private static final int MOST_PIECE_BYTES = 8 << 20;

  /** The most that are known of a published model are 515,000; each takes 2 kB in the library. */
  private static final int MOST_MERGES = 1_000_000;

  private static final int USUAL_LONGEST_WORD = 100;

  private final String origin;
  private final Vocabulary vocabulary;
  private @Nullable String type;
  private boolean hasMerges;
  private String continuingPrefix = "";
  private int longestPiece;
  private int longestWord = USUAL_LONGEST_WORD;
  private int size;

  ModelReader(String origin, Vocabulary vocabulary) {
    this.origin = origin;
    this.vocabulary = vocabulary;
  }

  int size() {
    return size;
  }

  /** Whether the model is byte-pair encoding; the oldest files name no type. */
  boolean mergesPairs() {
    return type == null ? hasMerges : type.equals("BPE");
  }

  /** Bytes within which the model looks for tokens at each place; 0 if it merges pairs. */
  int longestWord() {
    return mergesPairs() ? 0 : Math.max(longestPiece, longestPiece > 0 ? 0 : longestWord);
  }

  /** Reads the object that the parser stands at; returns whether there was a vocabulary in it. */
  boolean read(JsonParser parser) throws IOException {
    refuseIf(parser.currentToken() != JsonToken.START_OBJECT, "\"model\" is not an object");
    boolean found = false;
    Set<String> keys = new HashSet<>();
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      refuseIf(!keys.add(key), "holds \"" + key + "\" twice");
      JsonToken start = parser.nextToken();
      switch (key) {
        case "vocab" -> found = readVocabulary(parser, start);
        case "type" -> type = parser.getValueAsString();
        case "continuing_subword_prefix" -> continuingPrefix = name(parser);
        case "unk_token", "end_of_word_suffix" -> name(parser);
        case "max_input_chars_per_word" -> {
          if (start != JsonToken.VALUE_NULL) {
            longestWord = Math.max(0, parser.getValueAsInt(Integer.MAX_VALUE));
          }
        }
        case "dropout" -> {
          refuseIf(
              start != JsonToken.VALUE_NULL && parser.getValueAsDouble() != 0,
              "cuts words at random (\"dropout\"), which is not supported");
        }
        case "merges" -> {
          hasMerges = true;
          requireFewMerges(parser, start);
        }
        default -> parser.skipChildren();
      }
    }
    // The library cuts as many bytes off the second part of a merge, be they there or not.
    refuseIf(
        mergesPairs() && !continuingPrefix.isEmpty(),
        "has a \"continuing_subword_prefix\" beside merges, which is not supported");
    return found;
  }

  private void requireFewMerges(JsonParser parser, JsonToken start) throws IOException {
    if (start != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    for (int count = 0; parser.nextToken() != JsonToken.END_ARRAY; count++) {
      refuseIf(count == MOST_MERGES, "has more than " + MOST_MERGES + " merges");
      parser.skipChildren();
    }
  }

  private String name(JsonParser parser) throws IOException {
    String name = parser.getValueAsString("");
    refuseIf(
        name.length() > LONGEST_NAME,
        "\"" + parser.currentName() + "\" is longer than " + LONGEST_NAME + " characters");
    return name;
  }

  private boolean readVocabulary(JsonParser parser, JsonToken start) throws IOException {
    if (start == JsonToken.START_OBJECT) {
      VocabularyFile.readObject(origin, parser, vocabulary);
      size = vocabulary.ids().size();
      return true;
    }
    if (start == JsonToken.START_ARRAY) {
      readScoredTokens(parser);
      return true;
    }
    parser.skipChildren();
    return false;
  }

  /** A unigram vocabulary: a list of [token, score], the place being the id. */
  private void readScoredTokens(JsonParser parser) throws IOException {
    long all = 0;
    for (; parser.nextToken() == JsonToken.START_ARRAY; size++) {
      if (parser.nextToken() != JsonToken.VALUE_STRING || size >= Vocabulary.MOST_IDS) {
        throw invalid("entry " + size + " of the vocabulary is not [token, score]");
      }
      String piece = parser.getText();
      int bytes = piece.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_PIECE) {
        throw invalid("entry " + size + " of the vocabulary is longer than " + LONGEST_PIECE);
      }
      longestPiece = Math.max(longestPiece, bytes);
      all += bytes;
      refuseIf(
          all > MOST_PIECE_BYTES,
          "the pieces of its vocabulary have more than " + MOST_PIECE_BYTES + " bytes");
      vocabulary.add(size, piece);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parser.skipChildren();
      }
    }
  }

  private void refuseIf(boolean isWrong, String why) {
    if (isWrong) {
      throw invalid(why);
    }
  }

  private InputException invalid(String why) {
    return new InputException(origin, why, "give a tokenizer.json of the tokenizers library");
  }
}
