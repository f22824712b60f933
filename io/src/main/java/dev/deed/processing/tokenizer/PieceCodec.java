package dev.deed.processing.tokenizer;

import ai.djl.sentencepiece.SpTokenizer;
import dev.deed.processing.tokenizer.TextCost.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text to ids for models whose pieces sentencepiece cuts and a {@code vocab.json} numbers: Marian
 * and M2M100. Native code comes with DJL.
 */
final class PieceCodec implements TextCodec {
  /** The two models, which differ in what Transformers does for them. */
  enum Style {
    /** A text can start with the token of a target language, {@code >>fr<<}. */
    MARIAN,
    /** Ids that the vocabulary lacks are decoded as the unknown token. */
    M2M100
  }

  /** For each byte of the longest piece. */
  private static final double SEARCH = 8;

  /** For each pair of bytes: a run of characters that are no pieces grows one by one, copied. */
  private static final double COPYING = 0.02;

  /** A space becomes three bytes in between. */
  private static final TextCost DECODING = new TextCost(List.of(Step.growing(3, 3, true)), 0);

  private final SentencePieceModel.Source source;
  private final PieceVocabulary.Numbers numbers;
  private final PieceVocabulary vocabulary;
  private final PieceText text;
  private final AddedTokenMatcher added;
  private final Style style;
  private final DecodedText rules;
  private final TextCost encoding;
  private @Nullable SpTokenizer library;

  PieceCodec(
      SentencePieceModel.Source source,
      PieceVocabulary.Numbers numbers,
      PieceVocabulary vocabulary,
      PieceText text,
      Style style,
      DecodedText rules) {
    this.source = source;
    this.numbers = numbers;
    this.vocabulary = vocabulary;
    this.text = text;
    this.added = new AddedTokenMatcher(vocabulary.added());
    this.style = style;
    this.rules = rules;
    CharacterMap.Growth growth = source.model().growth();
    this.encoding =
        new TextCost(
            List.of(
                Step.growing(growth.ascii(), growth.other(), false),
                // The mark of a space has three bytes. A search for pieces starts at each place.
                new Step(4, 4, false, SEARCH * SentencePieceModel.LONGEST_PIECE, COPYING, 0)),
            0);
  }

  @Override
  public int[] encode(String input, boolean framed) {
    encoding.require(input);
    List<Integer> ids = new ArrayList<>();
    for (AddedTokenMatcher.Part part : added.cut(input)) {
      if (part.isToken()) {
        ids.add(numbers.of(part.text()));
      } else {
        encodePart(part.text(), ids);
      }
    }
    if (framed) {
      ids.add(vocabulary.end());
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private void encodePart(String part, List<Integer> ids) {
    int code = style == Style.MARIAN && part.startsWith(">>") ? part.indexOf("<<") : -1;
    if (code >= 0) {
      ids.add(numbers.of(part.substring(0, code + 2)));
    }
    SpTokenizer opened = library();
    try {
      // A run of characters that are no pieces is one by itself.
      String rest = code >= 0 ? part.substring(code + 2) : part;
      for (String piece : opened.getProcessor().tokenize(rest)) {
        ids.add(numbers.of(piece));
      }
    } catch (RuntimeException e) {
      throw NativeTokenizer.refused(source.origin(), "sentencepiece", e);
    }
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    DECODING.requireTokens(ids.length, vocabulary.decoder().bytes(ids));
    StringBuilder decoded = new StringBuilder();
    List<String> open = new ArrayList<>();
    for (int id : ids) {
      String known = vocabulary.decoder().token(id);
      String token = known == null && style == Style.M2M100 ? vocabulary.unknown() : known;
      if (token == null || skipSpecialTokens && vocabulary.decoder().isSpecial(id)) {
        continue;
      }
      if (vocabulary.isSpecial(token)) {
        decoded.append(text.join(open)).append(token);
        decoded.append(style == Style.MARIAN ? " " : "");
        open.clear();
      } else {
        open.add(token);
      }
    }
    decoded.append(text.join(open));
    String spaced =
        style == Style.MARIAN
            ? decoded.toString().replace(SentencePieceModel.SPACE, " ")
            : decoded.toString();
    return rules.tidy(AddedToken.stripped(spaced));
  }

  @Override
  public void load() {
    Object _ = library();
  }

  /** Spaces at both ends of a text are taken off besides, so a language is to have none there. */
  @Override
  public TokenSpelling spelling() {
    rules.requireUntouched(source.origin());
    return new TokenSpelling(TokenSpelling.Style.PIECES, TokenSpelling.Front.SPACE);
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

  private synchronized SpTokenizer library() {
    SpTokenizer opened = library;
    if (opened == null) {
      opened = NativeTokenizer.openPieces(source.origin(), source.bytes());
      library = opened;
    }
    return opened;
  }
}
