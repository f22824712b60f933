package dev.deed.processing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.deed.checkpoint.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The vocabulary in a {@code tokenizer.json}: token strings by id, ids by token string. Read as a
 * stream, since the files of multilingual models hold a quarter of a million entries and as many
 * merges.
 */
final class TokenizerFile {
  /** The largest known (Gemma's) have 35 MB. */
  private static final long MOST_BYTES = 256L << 20;

  /** Bounds what one wild id can make us allocate. */
  private static final int MOST_IDS = 4_000_000;

  private final Path file;
  private final byte[] json;
  private final List<@Nullable String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final BitSet special = new BitSet();

  private TokenizerFile(Path file, byte[] json) {
    this.file = file;
    this.json = json;
  }

  static TokenizerFile read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new InputException(
            file.toString(), "is larger than " + MOST_BYTES + " bytes", "give a tokenizer.json");
      }
      TokenizerFile tokenizer = new TokenizerFile(file, Files.readAllBytes(file));
      try (JsonParser parser = new JsonFactory().createParser(tokenizer.json)) {
        tokenizer.parse(parser);
      }
      return tokenizer;
    } catch (NoSuchFileException e) {
      throw new InputException(
          file.toString(), "there is no such file", "give a model folder with a tokenizer.json");
    } catch (JsonProcessingException e) {
      throw new InputException(
          file.toString(),
          "is not JSON (line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage() + ")",
          "mend or fetch it again");
    } catch (IOException e) {
      throw new InputException(file.toString(), "cannot be read", "check that it may be read");
    }
  }

  /** The whole file. */
  byte[] json() {
    return json;
  }

  /** One more than the largest id. */
  int size() {
    return tokens.size();
  }

  /** The token of an id, {@code null} where the vocabulary has a hole or ends. */
  @Nullable String token(int id) {
    return id >= 0 && id < tokens.size() ? tokens.get(id) : null;
  }

  /** The id of a token, {@code null} when there is no such token. */
  @Nullable Integer id(String token) {
    return ids.get(token);
  }

  boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }

  private void parse(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("is not a JSON object");
    }
    boolean hasVocabulary = false;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      switch (key) {
        case "added_tokens" -> readAddedTokens(parser);
        case "model" -> hasVocabulary = readModel(parser);
        default -> parser.skipChildren();
      }
    }
    if (!hasVocabulary) {
      throw invalid("holds no vocabulary");
    }
  }

  private boolean readModel(JsonParser parser) throws IOException {
    boolean found = false;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw invalid("\"model\" is not an object");
    }
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      JsonToken start = parser.nextToken();
      if (!key.equals("vocab")) {
        parser.skipChildren();
      } else if (start == JsonToken.START_OBJECT) {
        found = true;
        for (String token = parser.nextFieldName(); token != null; token = parser.nextFieldName()) {
          parser.nextToken();
          add(id(parser), token);
        }
      } else if (start == JsonToken.START_ARRAY) {
        found = true;
        readScoredTokens(parser);
      }
    }
    return found;
  }

  /** A unigram vocabulary: a list of [token, score], the place being the id. */
  private void readScoredTokens(JsonParser parser) throws IOException {
    for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
      if (parser.nextToken() != JsonToken.VALUE_STRING || id >= MOST_IDS) {
        throw invalid("entry " + id + " of the vocabulary is not [token, score]");
      }
      add(id, parser.getText());
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parser.skipChildren();
      }
    }
  }

  private void readAddedTokens(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw invalid("\"added_tokens\" is not a list");
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      int id = -1;
      String content = null;
      boolean isSpecial = false;
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        parser.nextToken();
        switch (key) {
          case "id" -> id = id(parser);
          case "content" -> content = parser.getValueAsString();
          case "special" -> isSpecial = parser.getValueAsBoolean();
          default -> parser.skipChildren();
        }
      }
      if (id < 0 || content == null) {
        throw invalid("an added token lacks id or content");
      }
      add(id, content);
      special.set(id, isSpecial);
    }
  }

  private int id(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw invalid("a token id is not a whole number");
    }
    long id = parser.getLongValue();
    if (id < 0 || id >= MOST_IDS) {
      throw invalid("token id " + id + " is not within 0.." + (MOST_IDS - 1));
    }
    return (int) id;
  }

  private void add(int id, String token) {
    while (tokens.size() <= id) {
      tokens.add(null);
    }
    tokens.set(id, token);
    ids.put(token, id);
  }

  private InputException invalid(String why) {
    return new InputException(
        file.toString(), why, "give a tokenizer.json of the tokenizers library");
  }
}
