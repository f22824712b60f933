package dev.deed.speech;

import dev.deed.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The pieces of a window's answer, between its timestamps, and where the next window begins: the
 * sequential algorithm of Whisper (Radford et al. 2022, section 3.8), as Transformers' {@code
 * _retrieve_segment} has it. Immutable.
 *
 * @param pieces in their order
 * @param advance frames from the beginning of this window to that of the next, at least one step
 */
record WindowSegments(List<Piece> pieces, int advance) {
  private static final double LEAST_SECONDS = 5;
  private static final double LEAST_TOKENS = 2;

  /** Tokens of a second of speech, most often. */
  private static final double USUAL_TOKENS = 3;

  /**
   * A piece of an answer.
   *
   * @param start in steps of timestamps from the beginning of the window
   * @param end in steps
   * @param tokens its timestamps among them
   */
  record Piece(int start, int end, List<Token> tokens) {}

  /**
   * Cuts an answer.
   *
   * @param tokens without the end token
   * @param firstTimestamp ids from it on are timestamps
   * @param frames of the recording in the window
   * @param step frames of a step of timestamps
   */
  static WindowSegments of(List<Token> tokens, int firstTimestamp, int frames, int step) {
    List<Integer> cuts = new ArrayList<>();
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i - 1).id() >= firstTimestamp && tokens.get(i).id() >= firstTimestamp) {
        cuts.add(i);
      }
    }
    return cuts.isEmpty()
        ? new WindowSegments(List.of(whole(tokens, firstTimestamp, frames / step)), frames)
        : betweenPairs(tokens, firstTimestamp, frames, step, cuts);
  }

  /** Whether a piece {@linkplain #wordless lacks words}. */
  boolean lackWords(int firstTimestamp, double secondsOfStep, ToDoubleFunction<Piece> speech) {
    return pieces.stream()
        .anyMatch(
            piece ->
                wordless(
                        words(piece.tokens, firstTimestamp),
                        (piece.end - piece.start) * secondsOfStep,
                        () -> speech.applyAsDouble(piece))
                    > 0);
  }

  /** How many tokens are no timestamps. */
  static int words(List<Token> tokens, int firstTimestamp) {
    return (int) tokens.stream().filter(one -> one.id() < firstTimestamp).count();
  }

  /**
   * Seconds of speech that have no words: of five seconds of speech or more with fewer than two
   * tokens for each, as Whisper may write once what is said again and again; else 0.
   *
   * @param words tokens that are said
   * @param seconds that they were said in
   * @param speech in how many of these somebody speaks; asked where words are few for all
   */
  static double wordless(int words, double seconds, DoubleSupplier speech) {
    if (seconds < LEAST_SECONDS || words >= LEAST_TOKENS * seconds) {
      return 0;
    }
    double spoken = speech.getAsDouble();
    boolean isFew = spoken >= LEAST_SECONDS && words < LEAST_TOKENS * spoken;
    return isFew ? spoken - words / USUAL_TOKENS : 0;
  }

  /** An answer without timestamps, which is one piece. */
  static WindowSegments without(List<Token> tokens, int frames, int step) {
    return new WindowSegments(List.of(new Piece(0, frames / step, tokens)), frames);
  }

  private static Piece whole(List<Token> tokens, int firstTimestamp, int frames) {
    int last =
        tokens.stream()
            .mapToInt(token -> token.id() - firstTimestamp)
            .filter(place -> place >= 0)
            .reduce(0, (_, later) -> later);
    return new Piece(0, last > 0 ? last : frames, tokens);
  }

  private static WindowSegments betweenPairs(
      List<Token> tokens, int firstTimestamp, int frames, int step, List<Integer> cuts) {
    int size = tokens.size();
    boolean isWhole =
        tokens.get(size - 1).id() >= firstTimestamp && tokens.get(size - 2).id() < firstTimestamp;
    if (isWhole) {
      cuts.add(size);
    }
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < cuts.size(); i++) {
      int cut = cuts.get(i);
      int start = tokens.get(from).id() - firstTimestamp;
      int end = tokens.get(cut - 1).id() - firstTimestamp;
      // The last piece keeps the timestamp that says that it is whole.
      boolean keepsPair = !isWhole && i == cuts.size() - 1;
      pieces.add(new Piece(start, end, tokens.subList(from, keepsPair ? cut + 1 : cut)));
      from = cut;
    }
    int next = (tokens.get(from - 1).id() - firstTimestamp) * step;
    // A hostile model that stays where it is comes to an end all the same.
    return new WindowSegments(pieces, isWhole ? frames : Math.max(step, next));
  }
}
