package dev.deed.processing.tokenizer.file;

import dev.deed.processing.tokenizer.cost.TextCost;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Holds the added tokens of a tokenizer against what the tokenizers library can do with them. */
final class AddedTokenCheck {
  /**
   * The library compares each with all others when it opens a file. The most that are known of a
   * published model are 32,000; these take half a minute.
   */
  private static final int MOST = 50_000;

  /**
   * Bytes of one. The library makes a machine of them all that has a state for each byte: of
   * 5,000,000 it takes 16 s and a gigabyte. Known ones are runs of spaces or line breaks and names,
   * below 100 bytes.
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
   * @param normalizer what is done to a text, and to tokens that are looked for in what it becomes
   * @throws InputException when the library could take endless memory for them, or end the process
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
