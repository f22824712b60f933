package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;

/**
 * How many tokens a text may come to. A text with far more characters is refused before it is
 * tokenized: native code takes half a kilobyte for a byte of a text, and cannot be stopped.
 *
 * @param field what an error message calls the text, such as {@code prompt}
 * @param most tokens that there may be, those around the text included
 * @param whatToDo what the user can do about a text that is too long
 */
public record TokenLimit(String field, int most, String whatToDo) {
  public static final TokenLimit NONE = new TokenLimit("text", Integer.MAX_VALUE, "shorten it");

  /**
   * Texts have three to five for each token, and vocabularies few tokens of more than sixteen. Only
   * texts that shrink on the way have more: runs of white space, of unknown characters.
   */
  public static final int CHARACTERS_PER_TOKEN = 32;

  /** Refuses more characters than are tokenized. */
  public void requireFewCharacters(long characters) {
    long allowed = (long) most * CHARACTERS_PER_TOKEN;
    InputException.requireField(
        characters <= allowed,
        field,
        "has %d characters, more than the %d allowed for %d tokens"
            .formatted(characters, allowed, most),
        whatToDo);
  }

  public void require(int tokens) {
    InputException.requireField(
        tokens <= most, field, "comes to more than the " + most + " tokens allowed", whatToDo);
  }
}
