package dev.deed.decode.logits;

import java.util.List;

/**
 * Bans every token that would complete an n-gram that the sequence already holds (Paulus et al.
 * 2017, arXiv 1705.04304, section 2.5). The prefix counts as part of the sequence.
 *
 * @param size n, at least 1
 */
public record NoRepeatNGram(int size) implements LogitsProcessor.Banning {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    banFollowers(tokens, size, tokens, scores);
  }

  /**
   * Bans what follows, in {@code text}, the last {@code size − 1} tokens of {@code tokens}. These
   * are found as in Knuth, Morris and Pratt 1977, so that no repetition makes it slow.
   */
  private static void banFollowers(
      TokenSequence text, int size, TokenSequence tokens, Scores scores) {
    int sought = size - 1;
    int first = tokens.length() - sought;
    if (first < 0) {
      return;
    }
    int[] borders = borders(tokens, first);
    int same = 0;
    for (int i = 0; i < text.length(); i++) {
      int token = text.get(i);
      if (same == sought) {
        scores.ban(token);
        same = sought == 0 ? 0 : borders[same - 1];
      }
      if (sought > 0) {
        same = longer(tokens, first, borders, same, token);
      }
    }
  }

  /** For each beginning of what is sought, the longest shorter one that ends it too. */
  private static int[] borders(TokenSequence tokens, int first) {
    int[] borders = new int[tokens.length() - first];
    for (int i = 1; i < borders.length; i++) {
      borders[i] = longer(tokens, first, borders, borders[i - 1], tokens.get(first + i));
    }
    return borders;
  }

  /** How much of what is sought is there with one more token, of which {@code same} was. */
  private static int longer(TokenSequence tokens, int first, int[] borders, int same, int token) {
    int shorter = same;
    while (shorter > 0 && tokens.get(first + shorter) != token) {
      shorter = borders[shorter - 1];
    }
    return tokens.get(first + shorter) == token ? shorter + 1 : 0;
  }

  /**
   * Bans every token that would complete an n-gram of the encoder's input.
   *
   * @param size n, at least 1
   * @param source tokens of the encoder's input, within the decoder's vocabulary
   */
  public record OfSource(int size, List<Integer> source) implements LogitsProcessor.Banning {
    public OfSource {
      source = List.copyOf(source);
    }

    @Override
    public void process(TokenSequence tokens, Scores scores) {
      banFollowers(new TokenSequence(source), size, tokens, scores);
    }
  }
}
