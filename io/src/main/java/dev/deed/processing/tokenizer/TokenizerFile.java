package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.deed.checkpoint.Config;
import dev.deed.files.RegularFile;
import dev.deed.processing.tokenizer.TextCost.Step;
import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A {@code tokenizer.json}: the vocabulary as the tokenizers library numbers it, and the checks
 * that keep a hostile file from ending the process in that library. Read as a stream, since the
 * files of multilingual models hold a quarter of a million entries and as many merges.
 */
final class TokenizerFile {
  /** The largest known (Gemma's) have 35 MB. */
  private static final int MOST_BYTES = 256 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private final String origin;
  private final byte[] json;
  private final Vocabulary vocabulary = new Vocabulary();
  private final ModelReader model;
  private final List<AddedToken> addedTokens = new ArrayList<>();
  private final Map<String, List<Step>> steps = new HashMap<>();
  private JsonNode normalizer = NullNode.getInstance();
  private JsonNode decoder = NullNode.getInstance();

  private TokenizerFile(String origin, byte[] json) {
    this.origin = origin;
    this.json = json;
    this.model = new ModelReader(origin, vocabulary);
  }

  /**
   * @throws InputException when it is missing, malformed, or asks the library for what it cannot do
   */
  public static TokenizerFile read(Path file) {
    try {
      return parse(file.toString(), RegularFile.read(file, MOST_BYTES, "give a tokenizer.json"));
    } catch (NoSuchFileException e) {
      throw new InputException(
          file.toString(), "there is no such file", "give a model folder with a tokenizer.json");
    } catch (IOException e) {
      throw Config.unreadable(file.toString(), e);
    }
  }

  /** What the bytes of a file hold, refused as by {@link #read}. */
  static TokenizerFile parse(String origin, byte[] json) {
    TokenizerFile file = new TokenizerFile(origin, json);
    try (JsonParser parser = MAPPER.createParser(json)) {
      file.parse(parser);
    } catch (IOException e) {
      throw Config.unreadable(origin, e);
    }
    file.numberAddedTokens();
    file.requireUsable();
    return file;
  }

  public byte[] json() {
    return json;
  }

  public String origin() {
    return origin;
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The added tokens in the order of the file, which is that of their numbers. */
  public List<AddedToken> addedTokens() {
    return addedTokens;
  }

  /** Whether the model is byte-pair encoding. */
  public boolean mergesPairs() {
    return model.mergesPairs();
  }

  /** What is done to a text first; JSON's null for nothing. */
  public JsonNode normalizer() {
    return normalizer;
  }

  /** What makes a text of tokens; JSON's null for nothing but spaces between them. */
  public JsonNode decoder() {
    return decoder;
  }

  /** What encoding a text can take. */
  public TextCost encoding() {
    List<Step> all = new ArrayList<>(steps.getOrDefault("normalizer", List.of()));
    all.addAll(steps.getOrDefault("pre_tokenizer", List.of()));
    return new TextCost(all, model.longestWord());
  }

  /** What decoding tokens can take, given the text of all in a row. */
  public TextCost decoding() {
    // Without any step, spaces come between tokens.
    return new TextCost(steps.getOrDefault("decoder", List.of(Step.growing(2, 2, true))), 0);
  }

  /** The same tokenizer with another list of added tokens. */
  public TokenizerFile withAddedTokens(List<AddedToken> tokens) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 100 * tokens.size());
    try (JsonParser parser = MAPPER.createParser(json);
        JsonGenerator generator = MAPPER.createGenerator(out)) {
      parser.nextToken();
      generator.writeStartObject();
      generator.writeArrayFieldStart("added_tokens");
      AddedTokenNumbers numbers = new AddedTokenNumbers(vocabulary, model.size());
      for (AddedToken token : tokens) {
        generator.writeTree(token.json(numbers.add(token.content())));
      }
      generator.writeEndArray();
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        parser.nextToken();
        if (key.equals("added_tokens")) {
          parser.skipChildren();
        } else {
          generator.writeFieldName(key);
          generator.copyCurrentStructure(parser);
        }
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("what was parsed once does not parse again", e);
    }
    return parse(origin, out.toByteArray());
  }

  private void parse(JsonParser parser) throws IOException {
    refuseIf(parser.nextToken() != JsonToken.START_OBJECT, "is not a JSON object");
    boolean hasVocabulary = false;
    Set<String> keys = new HashSet<>();
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      refuseIf(!keys.add(key), "holds \"" + key + "\" twice");
      parser.nextToken();
      switch (key) {
        case "added_tokens" -> readAddedTokens(parser);
        case "model" -> hasVocabulary = model.read(parser);
        case "normalizer" -> {
          normalizer = MAPPER.readTree(parser);
          check(key, normalizer);
        }
        case "decoder" -> {
          decoder = MAPPER.readTree(parser);
          check(key, decoder);
        }
        case "pre_tokenizer", "post_processor" -> check(key, MAPPER.readTree(parser));
        default -> parser.skipChildren();
      }
    }
    refuseIf(!hasVocabulary, "holds no vocabulary");
    refuseIf(parser.nextToken() != null, "goes on behind its end");
  }

  private void check(String part, JsonNode step) {
    List<Step> checked = PipelineCheck.check(origin, part, step);
    if (!step.isNull()) {
      steps.put(part, checked);
    }
  }

  private void requireUsable() {
    encoding().requireUsable(origin);
    decoding().requireUsable(origin);
    AddedTokenCheck.check(
        origin, addedTokens, new TextCost(steps.getOrDefault("normalizer", List.of()), 0));
  }

  private void readAddedTokens(JsonParser parser) throws IOException {
    refuseIf(parser.currentToken() != JsonToken.START_ARRAY, "\"added_tokens\" is not a list");
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      AddedTokenCheck.requireFew(origin, addedTokens.size() + 1);
      JsonNode entry = MAPPER.readTree(parser);
      AddedToken token = AddedToken.of(entry);
      if (token == null || !entry.path("id").isIntegralNumber()) {
        throw invalid("an added token lacks id or content");
      }
      addedTokens.add(token);
    }
  }

  /**
   * The library does not ask the file for the id of an added token: one that the model has keeps
   * its id, others are counted on.
   */
  private void numberAddedTokens() {
    AddedTokenNumbers numbers = new AddedTokenNumbers(vocabulary, model.size());
    for (AddedToken token : addedTokens) {
      int id = numbers.add(token.content());
      vocabulary.add(id, token.content());
      vocabulary.setSpecial(id, token.special());
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

  /** Holds the added tokens of a tokenizer against what the tokenizers library can do with them. */
  private static final class AddedTokenCheck {
    /**
     * The library compares each with all others when it opens a file. The most that are known of a
     * published model are 32,000; these take half a minute.
     */
    private static final int MOST = 50_000;

    /**
     * Bytes of one. The library makes a machine of them all that has a state for each byte: of
     * 5,000,000 it takes 16 s and a gigabyte. Known ones are runs of spaces or line breaks and
     * names, below 100 bytes.
     */
    private static final int LONGEST = 1000;

    /** Bytes of all of them together, which take 5 s. */
    private static final int MOST_BYTES = 4 << 20;

    private AddedTokenCheck() {}

    static void requireFew(String origin, int count) {
      require(count <= MOST, origin, "are more than " + MOST);
    }

    /**
     * @param origin what an error message calls the file
     * @param normalizer what is done to a text, and to tokens that are looked for in what it
     *     becomes
     * @throws InputException when the library could take endless memory for them, or end the
     *     process
     */
    static void check(String origin, List<AddedToken> tokens, TextCost normalizer) {
      boolean takesSpace = tokens.stream().anyMatch(AddedToken::takesSpaceAfter);
      boolean rewrites = !normalizer.steps().isEmpty();
      long bytes = 0;
      for (AddedToken token : tokens) {
        int length = token.content().getBytes(StandardCharsets.UTF_8).length;
        require(length <= LONGEST, origin, "include one longer than " + LONGEST + " bytes");
        bytes += length;
        // The library would find the same spaces twice, and cut a text backwards.
        require(
            !takesSpace || !AddedToken.isSpace(token.content().codePointAt(0)),
            origin,
            "both take the white space behind them and begin with it");
        require(
            !rewrites || !token.takesSpaceAfter() || !token.normalized(),
            origin,
            "take the white space behind them in normalized text");
        require(normalizer.of(token.content()).isPossible(), origin, "are too long");
      }
      require(bytes <= MOST_BYTES, origin, "have more than " + MOST_BYTES + " bytes");
      String all = tokens.stream().map(AddedToken::content).collect(Collectors.joining());
      require(normalizer.of(all).fitsInMemory(), origin, "are too long");
    }

    private static void require(boolean holds, String origin, String why) {
      InputException.require(
          holds,
          origin,
          "its added tokens " + why + ", which is not supported",
          "give a tokenizer.json without such tokens");
    }
  }
}
