package dev.deed.processing.tokenizer.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.tokenizer.sentencepiece.SentencePieceModel.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
public record TokenizerSpec(
    Model model,
    String normalizer,
    String preTokenizer,
    String decoder,
    List<String> before,
    List<String> after,
    List<AddedToken> added) {
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
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new ObjectMapper().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("version", "1.0");
      json.writeNullField("truncation");
      json.writeNullField("padding");
      json.writeArrayFieldStart("added_tokens");
      for (AddedToken token : added) {
        json.writeTree(token.json(numbers.add(token.content())));
      }
      json.writeEndArray();
      raw(json, "normalizer", normalizer);
      raw(json, "pre_tokenizer", preTokenizer);
      json.writeFieldName("post_processor");
      json.writeTree(template(numbers));
      raw(json, "decoder", decoder);
      json.writeFieldName("model");
      write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  private static Vocabulary vocabulary(List<Piece> pieces) {
    Vocabulary vocabulary = new Vocabulary();
    pieces.forEach(piece -> vocabulary.add(vocabulary.size(), piece.text()));
    return vocabulary;
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    switch (model) {
      case Model.Unigram unigram -> {
        json.writeStringField("type", "Unigram");
        json.writeNumberField("unk_id", unigram.unknown());
        json.writeBooleanField("byte_fallback", false);
        json.writeArrayFieldStart("vocab");
        for (Piece piece : unigram.pieces()) {
          json.writeStartArray();
          json.writeString(piece.text());
          json.writeNumber((double) piece.score());
          json.writeEndArray();
        }
        json.writeEndArray();
      }
      case Model.Bpe bpe -> {
        json.writeStringField("type", "BPE");
        json.writeNullField("dropout");
        json.writeStringField("unk_token", bpe.unknown());
        json.writeNullField("continuing_subword_prefix");
        json.writeNullField("end_of_word_suffix");
        json.writeBooleanField("fuse_unk", bpe.unknown() != null);
        json.writeBooleanField("byte_fallback", false);
        json.writeBooleanField("ignore_merges", false);
        json.writeObjectField("vocab", bpe.vocabulary().ids());
        json.writeArrayFieldStart("merges");
        for (Merge merge : bpe.merges()) {
          json.writeArray(new String[] {merge.first(), merge.second()}, 0, 2);
        }
        json.writeEndArray();
      }
      case Model.Words words -> {
        json.writeStringField("type", "WordLevel");
        json.writeObjectField("vocab", words.vocabulary().ids());
        json.writeStringField("unk_token", words.unknown());
      }
    }
    json.writeEndObject();
  }

  /** Single texts become {@code before text after}; a second text and {@code after} follow. */
  private ObjectNode template(AddedTokenNumbers numbers) {
    ObjectNode template = JsonNodeFactory.instance.objectNode();
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

  private static void raw(JsonGenerator json, String name, String value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value);
  }
}
