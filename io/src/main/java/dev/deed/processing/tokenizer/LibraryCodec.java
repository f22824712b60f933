package dev.deed.processing.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hugging Face's tokenizers library on a {@code tokenizer.json}, which need not be a file. */
final class LibraryCodec implements TextCodec {
  private final TokenizerFile file;
  private final DecodedText rules;
  private final TextCost encoding;
  private final TextCost decoding;
  private @Nullable HuggingFaceTokenizer library;

  LibraryCodec(TokenizerFile file, DecodedText rules) {
    this.file = file;
    this.rules = rules;
    this.encoding = file.encoding();
    this.decoding = file.decoding();
  }

  @Override
  public int[] encode(String text, boolean framed) {
    encoding.require(text);
    return NativeTokenizer.encode(library(), file.origin(), text, framed);
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    int[] kept = skipSpecialTokens ? rules.withoutPrompt(ids) : ids;
    decoding.requireTokens(kept.length, file.vocabulary().bytes(kept));
    long[] wide = Arrays.stream(kept).asLongStream().toArray();
    HuggingFaceTokenizer opened = library();
    try {
      return rules.tidy(opened.decode(wide, skipSpecialTokens));
    } catch (RuntimeException e) {
      throw NativeTokenizer.refused(file.origin(), "tokenizers", e);
    }
  }

  @Override
  public void load() {
    Object _ = library();
  }

  @Override
  public TokenSpelling spelling() {
    rules.requireUntouched(file.origin());
    return TokenSpelling.of(file.origin(), file.decoder());
  }

  @Override
  public boolean leavesOut(String token) {
    return rules.leavesOut(token);
  }

  @Override
  public int unchangingLength(String text) {
    return rules.unchangingLength(text);
  }

  @Override
  public synchronized void close() {
    if (library != null) {
      library.close();
      library = null;
    }
  }

  private synchronized HuggingFaceTokenizer library() {
    HuggingFaceTokenizer opened = library;
    if (opened == null) {
      VanishingTokens.refuse(file.origin(), file.normalizer(), file.addedTokens());
      opened = NativeTokenizer.open(file.origin(), file.json());
      library = opened;
    }
    return opened;
  }

  /**
   * Looks for added tokens of which the normalizer leaves nothing. The tokenizers library would
   * find nothing everywhere, inside of characters too, and end the process. What a normalizer
   * leaves only the library itself knows, so it is asked with the normalizer alone.
   */
  private static final class VanishingTokens {
    /** A tokenizer for which every text that is not empty is a word. */
    private static final String WITH_WORDS =
        """
        {"version":"1.0","normalizer":%s,
         "model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0}}}""";

    private VanishingTokens() {}

    /**
     * @param origin what an error message calls the tokenizer
     * @param normalizer of its {@code tokenizer.json}
     * @throws InputException when nothing is left of a token
     */
    static void refuse(String origin, JsonNode normalizer, List<AddedToken> tokens) {
      List<String> rewritten =
          tokens.stream().filter(AddedToken::normalized).map(AddedToken::content).toList();
      if (normalizer.isNull() || rewritten.isEmpty()) {
        return;
      }
      byte[] json = WITH_WORDS.formatted(normalizer).getBytes(StandardCharsets.UTF_8);
      try (HuggingFaceTokenizer library = NativeTokenizer.open(origin, json)) {
        for (String token : rewritten) {
          InputException.require(
              NativeTokenizer.encode(library, origin, token, false).length > 0,
              origin,
              "its normalizer leaves nothing of an added token",
              "give a tokenizer.json without that token");
        }
      }
    }
  }
}
