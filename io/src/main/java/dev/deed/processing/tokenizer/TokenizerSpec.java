package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.deed.processing.tokenizer.SentencePieceModel.Piece;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer learned from texts or made from other files, to be written as a {@code
 * tokenizer.json}: so there is one way from text to ids, whatever a folder holds.
 *
 * @param model vocabulary and how words are cut
 * @param normalizer how a text is rewritten first, as JSON
 * @param preTokenizer how it is cut into words, as JSON
 * @param decoder how tokens become text, as JSON
 * @param before special tokens put in front of a text
 * @param after special tokens put behind it
 * @param added tokens found in the text as they are
 */
record TokenizerSpec(
    Model model,
    String normalizer,
    String preTokenizer,
    String decoder,
    List<String> before,
    List<String> after,
    List<AddedToken> added) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public static final String NOTHING = "null";

  /** A space becomes part of the word behind it, and a text starts with one. */
  static final String METASPACE =
      """
      {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";

  /** As {@link #METASPACE}, but all white space is alike and runs of it count as one. */
  static final String WORDS = words(METASPACE);

  /** Vocabulary and how words are cut. */
  public sealed interface Model {
    /** The most probable sequence of pieces; a piece's place is its id. */
    record Unigram(List<Piece> pieces, int unknown) implements Model {}

    /**
     * Byte-pair encoding.
     *
     * @param merges pairs of tokens, the first merged first
     * @param unknown what stands for a run of characters that are no tokens, null if nothing does
     */
    record Bpe(Vocabulary vocabulary, List<Merge> merges, @Nullable String unknown)
        implements Model {}

    /**
     * Whole words.
     *
     * @param unknown what stands for others
     */
    record Words(Vocabulary vocabulary, String unknown) implements Model {}
  }

  /** Two tokens that become one. */
  public record Merge(String first, String second) {}

  /**
   * GPT-2's words, and bytes as characters.
   *
   * @param spaceInFront whether a text is given a leading space; decoding ignores it
   */
  public static String byteLevel(boolean spaceInFront) {
    return """
        {"type":"ByteLevel","add_prefix_space":%s,"trim_offsets":true,"use_regex":true}"""
        .formatted(spaceInFront);
  }

  static String words(String metaspace) {
    return """
        {"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},%s]}"""
        .formatted(metaspace);
  }

  /** Steps one after the other. */
  static String normalizers(List<String> steps) {
    return switch (steps.size()) {
      case 0 -> NOTHING;
      case 1 -> steps.getFirst();
      default ->
          """
          {"type":"Sequence","normalizers":[%s]}"""
              .formatted(String.join(",", steps));
    };
  }

  /** The rules for characters of a sentencepiece model. */
  public static String precompiled(byte[] characterMap) {
    return """
        {"type":"Precompiled","precompiled_charsmap":"%s"}"""
        .formatted(Base64.getEncoder().encodeToString(characterMap));
  }

  public TokenizerFile toFile(String origin) {
    return TokenizerFile.parse(origin, json());
  }

  /** The content of a {@code tokenizer.json}. */
  public byte[] json() {
    Vocabulary vocabulary =
        switch (model) {
          case Model.Unigram unigram -> vocabulary(unigram.pieces());
          case Model.Bpe bpe -> bpe.vocabulary();
          case Model.Words words -> words.vocabulary();
        };
    int size =
        model instanceof Model.Unigram unigram ? unigram.pieces().size() : vocabulary.ids().size();
    AddedTokenNumbers numbers = new AddedTokenNumbers(vocabulary, size);
    ObjectNode json = object().put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode tokens = json.putArray("added_tokens");
    added.forEach(token -> tokens.add(token.json(numbers.add(token.content()))));
    json.putRawValue("normalizer", new RawValue(normalizer));
    json.putRawValue("pre_tokenizer", new RawValue(preTokenizer));
    json.set("post_processor", template(numbers));
    json.putRawValue("decoder", new RawValue(decoder));
    json.set("model", modelJson());
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static Vocabulary vocabulary(List<Piece> pieces) {
    Vocabulary vocabulary = new Vocabulary();
    pieces.forEach(piece -> vocabulary.add(vocabulary.size(), piece.text()));
    return vocabulary;
  }

  private ObjectNode modelJson() {
    return switch (model) {
      case Model.Unigram unigram ->
          object()
              .put("type", "Unigram")
              .put("unk_id", unigram.unknown())
              .put("byte_fallback", false)
              .putPOJO(
                  "vocab",
                  unigram.pieces().stream()
                      .map(piece -> List.of(piece.text(), (double) piece.score()))
                      .toList());
      case Model.Bpe bpe ->
          object()
              .put("type", "BPE")
              .putNull("dropout")
              .put("unk_token", bpe.unknown())
              .putNull("continuing_subword_prefix")
              .putNull("end_of_word_suffix")
              .put("fuse_unk", bpe.unknown() != null)
              .put("byte_fallback", false)
              .put("ignore_merges", false)
              .putPOJO("vocab", bpe.vocabulary().ids())
              .putPOJO(
                  "merges",
                  bpe.merges().stream()
                      .map(merge -> List.of(merge.first(), merge.second()))
                      .toList());
      case Model.Words words ->
          object()
              .put("type", "WordLevel")
              .putPOJO("vocab", words.vocabulary().ids())
              .put("unk_token", words.unknown());
    };
  }

  /** Single texts become {@code before text after}; a second text and {@code after} follow. */
  private ObjectNode template(AddedTokenNumbers numbers) {
    ObjectNode template = object();
    template.put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    for (ArrayNode pieces : List.of(single, pair)) {
      before.forEach(token -> add(pieces, "SpecialToken", token));
      add(pieces, "Sequence", "A");
      after.forEach(token -> add(pieces, "SpecialToken", token));
    }
    add(pair, "Sequence", "B");
    after.forEach(token -> add(pair, "SpecialToken", token));
    ObjectNode special = template.putObject("special_tokens");
    for (String token : Stream.concat(before.stream(), after.stream()).distinct().toList()) {
      ObjectNode entry = special.putObject(token).put("id", token);
      entry.putArray("ids").add(numbers.add(token));
      entry.putArray("tokens").add(token);
    }
    return template;
  }

  private static void add(ArrayNode pieces, String kind, String id) {
    pieces.addObject().putObject(kind).put("id", id).put("type_id", 0);
  }
}
