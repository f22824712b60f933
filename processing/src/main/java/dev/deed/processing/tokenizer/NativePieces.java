package dev.deed.processing.tokenizer;

import ai.djl.sentencepiece.SpTokenizer;
import dev.deed.processing.tokenizer.cost.TextCost;
import dev.deed.processing.tokenizer.cost.TextCost.Step;
import dev.deed.processing.tokenizer.sentencepiece.CharacterMap;
import dev.deed.processing.tokenizer.sentencepiece.SentencePieceModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sentencepiece library on one model: native code brought along by DJL, loaded by the first
 * text. Safe for use from many threads.
 */
final class NativePieces implements AutoCloseable {
  /** For each byte of the longest piece. */
  private static final double SEARCH = 8;

  /** For each pair of bytes: a run of characters that are no pieces grows one by one, copied. */
  private static final double COPYING = 0.02;

  private final String origin;
  private final SentencePieceModel.Source source;
  private @Nullable SpTokenizer library;
  private boolean closed;

  /**
   * @param origin what an error message calls the model
   */
  NativePieces(String origin, SentencePieceModel.Source source) {
    this.origin = origin;
    this.source = source;
  }

  SentencePieceModel model() {
    return source.model();
  }

  /** What cutting a text can take. */
  TextCost encoding() {
    CharacterMap.Growth growth = model().growth();
    return new TextCost(
        List.of(
            Step.growing(growth.ascii(), growth.other(), false),
            // The mark of a space has three bytes. A search for pieces starts at each place.
            new Step(4, 4, false, SEARCH * SentencePieceModel.LONGEST_PIECE, COPYING, 0)),
        0);
  }

  /** The pieces of a text; a run of characters that are no pieces is one by itself. */
  List<String> cut(String text) {
    SpTokenizer opened = library();
    try {
      return List.of(opened.getProcessor().tokenize(text));
    } catch (RuntimeException e) {
      throw NativeTokenizer.refused(origin, "sentencepiece", e);
    }
  }

  void preload() {
    library();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (library != null) {
      library.close();
      library = null;
    }
  }

  private synchronized SpTokenizer library() {
    if (closed) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    SpTokenizer opened = library;
    if (opened == null) {
      opened = NativeTokenizer.openPieces(origin, source.bytes());
      library = opened;
    }
    return opened;
  }
}
