package dev.deed.processing.tokenizer.file;

import dev.deed.checkpoint.BadInputException;
import dev.deed.processing.tokenizer.cost.TextCost;
import java.util.List;
import java.util.stream.Collectors;

/** Holds the added tokens of a tokenizer against what the tokenizers library can do with them. */
final class AddedTokenCheck {
  /**
   * The library compares each with all others when it opens a file. The most that are known of a
   * published model are 32,000; these take half a minute.
   */
  private static final int MOST = 50_000;

  private AddedTokenCheck() {}

  /** Refuses a number of tokens. */
  static void requireFew(String origin, int count) {
    require(count <= MOST, origin, "are more than " + MOST);
  }

  /**
   * @param origin what an error message calls the file
   * @param normalizer what is done to a text, and to tokens that are looked for in what it becomes
   * @throws BadInputException when the library could take endless memory for them, or end the
   *     process
   */
  static void check(String origin, List<AddedToken> tokens, TextCost normalizer) {
    boolean takesSpace = tokens.stream().anyMatch(AddedToken::takesSpaceAfter);
    boolean rewrites = !normalizer.steps().isEmpty();
    for (AddedToken token : tokens) {
      // The library would find the same spaces twice, and cut a text backwards.
      require(
          !takesSpace || !isSpace(token.content().codePointAt(0)),
          origin,
          "both take the white space behind them and begin with it");
      require(
          !rewrites || !token.takesSpaceAfter() || !token.normalized(),
          origin,
          "take the white space behind them in normalized text");
      require(normalizer.of(token.content()).isPossible(), origin, "are too long");
    }
    String all = tokens.stream().map(AddedToken::content).collect(Collectors.joining());
    require(normalizer.of(all).fitsInMemory(), origin, "are too long");
  }

  private static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == '\u0085';
  }

  private static void require(boolean holds, String origin, String why) {
    BadInputException.require(
        holds,
        origin,
        "its added tokens " + why + ", which is not supported",
        "give a tokenizer.json without such tokens");
  }
}
