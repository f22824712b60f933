package dev.deed.speech;

import dev.deed.processing.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Joins tokens into words as Whisper's tokenizer does: a blank or a sign begins a word; in
 * languages without blanks, each character does. Signs then go to the words beside them.
 *
 * @param tokenizer of the model
 */
record SpokenWords(Tokenizer tokenizer) {
  /** Chinese, Japanese, Thai, Lao, Burmese, Cantonese. */
  private static final Set<String> WITHOUT_BLANKS = Set.of("zh", "ja", "th", "lo", "my", "yue");

  private static final String SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String OPENING = "\"'“¡¿([{-";
  private static final String CLOSING = "\"'.。,，!！?？:：”)]}、";
  private static final char BROKEN = '\uFFFD';

  /**
   * Tokens that belong together.
   *
   * @param text with the blank in front of it
   * @param first of the tokens
   * @param last of the tokens
   */
  record Word(String text, int first, int last) {
    Word and(Word next) {
      return new Word(text + next.text, first, next.last);
    }
  }

  /** Whether a language, by its code, sets no blanks between words. */
  static boolean parts(String language) {
    return WITHOUT_BLANKS.contains(language);
  }

  /** The words of a piece of text, given by ids of text alone and its language's code. */
  List<Word> of(int[] ids, String language) {
    List<Word> characters = characters(ids);
    List<Word> words = parts(language) ? characters : betweenBlanks(characters);
    return withClosing(withOpening(words));
  }

  /** As few tokens as hold whole characters; a broken one where the text itself is broken. */
  private List<Word> characters(int[] ids) {
    String whole = tokenizer.decode(ids, false);
    List<Word> characters = new ArrayList<>();
    int done = 0;
    int first = 0;
    for (int i = 0; i < ids.length; i++) {
      String text = tokenizer.decode(Arrays.copyOfRange(ids, first, i + 1), false);
      int broken = text.indexOf(BROKEN);
      boolean isWhole =
          broken < 0 || done + broken >= whole.length() || whole.charAt(done + broken) == BROKEN;
      if (isWhole) {
        characters.add(new Word(text, first, i));
        done += text.length();
        first = i + 1;
      }
    }
    return characters;
  }

  private static List<Word> betweenBlanks(List<Word> parts) {
    List<Word> words = new ArrayList<>();
    for (Word part : parts) {
      boolean begins =
          words.isEmpty() || part.text.startsWith(" ") || SIGNS.contains(part.text.strip());
      if (begins) {
        words.add(part);
      } else {
        words.add(words.removeLast().and(part));
      }
    }
    return words;
  }

  /** Signs with a blank in front open the next word. */
  private static List<Word> withOpening(List<Word> words) {
    List<Word> joined = new ArrayList<>();
    for (Word word : words.reversed()) {
      boolean opens =
          !joined.isEmpty() && word.text.startsWith(" ") && OPENING.contains(word.text.strip());
      joined.add(opens ? word.and(joined.removeLast()) : word);
    }
    return joined.reversed();
  }

  /** Signs without a blank close the word before. */
  private static List<Word> withClosing(List<Word> words) {
    List<Word> joined = new ArrayList<>();
    for (Word word : words) {
      boolean closes =
          !joined.isEmpty() && !joined.getLast().text.endsWith(" ") && CLOSING.contains(word.text);
      joined.add(closes ? joined.removeLast().and(word) : word);
    }
    return joined;
  }
}
