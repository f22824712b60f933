package dev.deed.processing.tokenizer.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.processing.tokenizer.sentencepiece.SentencePieceModel.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer made from other files, to be written as a {@code tokenizer.json}: so there is one way
 * from text to ids, whatever a folder holds.
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
  static final String NOTHING = "null";

  /** A space becomes part of the word behind it, and a text starts with one. */
  static final String METASPACE =
      """
      {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";

  /** As {@link #METASPACE}, but all white space is alike and runs of it count as one. */
  static final String WORDS = words(METASPACE);

  /** Vocabulary and how words are cut. */
  sealed interface Model {
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
  }

  /** Two tokens that become one. */
  record Merge(String first, String second) {}

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

  /**
   * @param origin what error messages call the tokenizer
   */
  public TokenizerFile toFile(String origin) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Vocabulary vocabulary = new Vocabulary();
    try (JsonGenerator json = new ObjectMapper().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("version", "1.0");
      json.writeFieldName("model");
      int size = write(json, vocabulary);
      AddedTokenNumbers numbers = new AddedTokenNumbers(vocabulary, size);
      json.writeArrayFieldStart("added_tokens");
      for (AddedToken token : added) {
        json.writeTree(token.json(numbers.add(token.content())));
      }
      json.writeEndArray();
      raw(json, "normalizer", normalizer);
      raw(json, "pre_tokenizer", preTokenizer);
      raw(json, "decoder", decoder);
      json.writeFieldName("post_processor");
      json.writeTree(Template.of(before, after, numbers::add));
      json.writeNullField("truncation");
      json.writeNullField("padding");
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return TokenizerFile.parse(origin, out.toByteArray());
  }

  private int write(JsonGenerator json, Vocabulary vocabulary) throws IOException {
    json.writeStartObject();
    int size =
        switch (model) {
          case Model.Unigram unigram -> {
            json.writeStringField("type", "Unigram");
            json.writeNumberField("unk_id", unigram.unknown());
            json.writeBooleanField("byte_fallback", false);
            json.writeArrayFieldStart("vocab");
            for (Piece piece : unigram.pieces()) {
              vocabulary.add(vocabulary.size(), piece.text());
              json.writeStartArray();
              json.writeString(piece.text());
              json.writeNumber((double) piece.score());
              json.writeEndArray();
            }
            json.writeEndArray();
            yield unigram.pieces().size();
          }
          case Model.Bpe bpe -> {
            json.writeStringField("type", "BPE");
            json.writeStringField("unk_token", bpe.unknown());
            json.writeBooleanField("fuse_unk", bpe.unknown() != null);
            json.writeObjectFieldStart("vocab");
            for (Map.Entry<String, Integer> entry : bpe.vocabulary().ids().entrySet()) {
              vocabulary.add(entry.getValue(), entry.getKey());
              json.writeNumberField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("merges");
            for (Merge merge : bpe.merges()) {
              json.writeStartArray();
              json.writeString(merge.first());
              json.writeString(merge.second());
              json.writeEndArray();
            }
            json.writeEndArray();
            yield bpe.vocabulary().ids().size();
          }
        };
    json.writeEndObject();
    return size;
  }

  private static void raw(JsonGenerator json, String name, String value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value);
  }
}
