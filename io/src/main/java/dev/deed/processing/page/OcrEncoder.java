package dev.deed.processing.page;

import dev.deed.files.Interruption;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Words with their places on a page to ids with boxes, as {@code UdopTokenizer} of Transformers
 * makes them of words with boxes: a prompt's words, an end token, the page's words, an end token.
 * Each word is cut by itself, and its tokens have its box; where {@code tokenizer_config.json} has
 * {@code share_word_boxes}, each has its part of it, from left to right and all of the same width.
 * A line's box is shared out among its words along x, each character taking the same width. Safe
 * for use from many threads.
 */
public final class OcrEncoder {
  private static final Pattern WORD = Pattern.compile("[^\\s\\p{Z}]+");
  private static final int SCALE = 1000;

  /** The key that says whether the tokens of a word share its box out; false where it is absent. */
  public static final String SHARES = "share_word_boxes";

  private final Tokenizer tokenizer;
  private final int end;
  private final boolean shares;
  private final int[] promptBox;
  private final int[] endBox;

  /**
   * An encoder with the boxes that {@code tokenizer_config.json} gives to a prompt ({@code
   * pad_token_box}, else all 0) and to end tokens ({@code sep_token_box}, else all 1000).
   *
   * @throws InputException when the tokenizer has no end token, or a box is not four whole numbers
   *     within 0…1000
   */
  public OcrEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    OptionalInt id = tokenizer.sepId().isPresent() ? tokenizer.sepId() : tokenizer.eosId();
    InputException.require(
        !id.isEmpty(),
        tokenizer.settings().config().origin(),
        "names no sep_token and no eos_token",
        "give the complete tokenizer_config.json");
    this.end = id.getAsInt();
    this.shares = tokenizer.settings().config().flag(SHARES, false);
    this.promptBox = box("pad_token_box", 0);
    this.endBox = box("sep_token_box", SCALE);
  }

  private int[] box(String key, int otherwise) {
    if (!tokenizer.settings().config().has(key)) {
      return new int[] {otherwise, otherwise, otherwise, otherwise};
    }
    List<Integer> box = tokenizer.settings().config().integers(key, 0, SCALE);
    if (box.size() != 4) {
      throw tokenizer.settings().config().wrong(key, "must have four numbers");
    }
    return box.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * @param prompt question or instruction in front; null for none
   * @param limit of the tokens of all together; the first word that is too much ends the work
   * @param interruption looked at before each word
   * @throws InputException when the page has no size or an entry no proper box, or there are more
   *     tokens than allowed; what reaches out of the page is cut off
   * @throws CancellationException when nobody wants the result any more
   */
  public BoxedTokens encode(
      @Nullable String prompt, OcrPage page, TokenLimit limit, Interruption interruption) {
    long characters = prompt == null ? 0 : prompt.length();
    for (OcrWord entry : page.entries()) {
      characters += entry.text().length();
    }
    limit.requireFewCharacters(characters);
    Rows rows = new Rows(limit, interruption);
    if (prompt != null) {
      WORD.matcher(prompt)
          .results()
          .forEach(word -> rows.add(rows.tokens(word.group()), promptBox));
      rows.add(new int[] {end}, endBox);
    }
    if (prompt == null || !page.entries().isEmpty()) {
      for (int i = 0; i < page.entries().size(); i++) {
        add(rows, page, i);
      }
      rows.add(new int[] {end}, endBox);
    }
    return new BoxedTokens(rows.ids.build().toArray(), rows.boxes.build().toArray());
  }

  private void add(Rows rows, OcrPage page, int number) {
    OcrWord entry = page.entries().get(number);
    for (Word word : words(page, number)) {
      int[] tokens = rows.tokens(word.text());
      int parts = shares ? tokens.length : 1;
      double width = word.right() - word.left();
      for (int part = 0; part < parts; part++) {
        rows.add(
            shares ? new int[] {tokens[part]} : tokens,
            new int[] {
              thousandths(word.left() + width * part / parts, page.width()),
              thousandths(entry.y0(), page.height()),
              thousandths(
                  part == parts - 1 ? word.right() : word.left() + width * (part + 1) / parts,
                  page.width()),
              thousandths(entry.y1(), page.height())
            });
      }
    }
  }

  /**
   * A word of an entry.
   *
   * @param left of its share of the entry's box, in pixels
   * @param right of that
   */
  public record Word(String text, double left, double right) {}

  /**
   * The words of an entry, which are encoded one by one.
   *
   * @param number of the entry on the page
   * @throws InputException when its box is none
   */
  public static List<Word> words(OcrPage page, int number) {
    OcrWord entry = page.entries().get(number);
    // Written so that what is no number fails too.
    InputException.require(
        entry.x0() <= entry.x1() && entry.y0() <= entry.y1(),
        "ocr[" + number + "]",
        "its box is not left, upper, right, lower edge",
        "give [x0, y0, x1, y1] in pixels with x0 <= x1 and y0 <= y1");
    String line = entry.text().strip();
    double step = (entry.x1() - entry.x0()) / Math.max(1, line.codePointCount(0, line.length()));
    Matcher word = WORD.matcher(line);
    int before = 0;
    int last = 0;
    List<Word> words = new ArrayList<>();
    while (word.find()) {
      // Counted on from the word before: from the beginning, a long line would take the square.
      int first = last + line.codePointCount(before, word.start());
      last = first + line.codePointCount(word.start(), word.end());
      before = word.end();
      boolean whole = word.start() == 0 && word.end() == line.length();
      double left = entry.x0() + first * step;
      words.add(new Word(word.group(), left, whole ? entry.x1() : entry.x0() + last * step));
    }
    return words;
  }

  private static int thousandths(double place, double size) {
    return (int) Math.clamp(SCALE * place / size, 0, SCALE);
  }

  private final class Rows {
    final IntStream.Builder ids = IntStream.builder();
    final IntStream.Builder boxes = IntStream.builder();
    private final TokenLimit limit;
    private final Interruption interruption;
    private int count;

    Rows(TokenLimit limit, Interruption interruption) {
      this.limit = limit;
      this.interruption = interruption;
    }

    int[] tokens(String word) {
      interruption.check();
      return tokenizer.encode(word, false);
    }

    void add(int[] tokens, int[] box) {
      count += tokens.length;
      limit.require(count);
      for (int token : tokens) {
        ids.add(token);
        for (int edge : box) {
          boxes.add(edge);
        }
      }
    }
  }
}
