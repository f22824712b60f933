package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.deed.checkpoint.Config;
import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;

/** A {@code vocab.json}: one object with the id of every token. */
final class VocabularyFile {
  private static final int MOST_BYTES = 128 << 20;
  private static final int LONGEST_TOKEN = 100_000;
  private static final String ADVICE = "give an object of tokens and their ids";

  private VocabularyFile() {}

  /**
   * @throws InputException when it is missing, too large, malformed, or gives an id twice
   */
  public static Vocabulary read(Path file) {
    String origin = file.toString();
    try {
      byte[] json = RegularFile.read(file, MOST_BYTES, ADVICE);
      Vocabulary vocabulary = new Vocabulary();
      try (JsonParser parser = new JsonFactory().createParser(json)) {
        InputException.require(
            parser.nextToken() == JsonToken.START_OBJECT, origin, "is not a JSON object", ADVICE);
        readObject(origin, parser, vocabulary);
        InputException.require(
            parser.nextToken() == null, origin, "goes on behind its end", ADVICE);
      }
      return vocabulary;
    } catch (IOException e) {
      throw Config.unreadable(origin, e);
    }
  }

  /** Reads an object of tokens and ids into a vocabulary. */
  static void readObject(String origin, JsonParser parser, Vocabulary vocabulary)
      throws IOException {
    for (String token = parser.nextFieldName(); token != null; token = parser.nextFieldName()) {
      if (token.length() > LONGEST_TOKEN) {
        throw new InputException(
            origin, "a token is longer than " + LONGEST_TOKEN + " characters", ADVICE);
      }
      InputException.require(
          parser.nextToken() == JsonToken.VALUE_NUMBER_INT,
          origin,
          "a token id is not a whole number",
          ADVICE);
      long id = parser.getLongValue();
      if (id < 0 || id >= Vocabulary.MOST_IDS) {
        throw new InputException(
            origin, "token id " + id + " is not within 0.." + (Vocabulary.MOST_IDS - 1), ADVICE);
      }
      if (vocabulary.token((int) id) != null || vocabulary.id(token) != null) {
        throw new InputException(
            origin, "gives a token or an id twice, the second time with the id " + id, ADVICE);
      }
      vocabulary.add((int) id, token);
    }
  }
}
