package dev.deed.processing.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.deed.processing.tokenizer.cost.TextCost;
import dev.deed.processing.tokenizer.file.TokenizerFile;
import java.util.Arrays;
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
}
