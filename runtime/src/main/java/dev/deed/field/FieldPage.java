package dev.deed.field;

import dev.deed.decode.logits.CopiedRun;
import dev.deed.processing.page.OcrEncoder;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.page.ReadingOrder;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The words of a page in reading order with their tokens: what answers are runs of. Made once for
 * all fields. Immutable.
 */
final class FieldPage {
  /** Far above what pages hold; what a model reads of them is bounded by its engine. */
  static final int MOST_WORDS = 100_000;

  /** Tokens of a page: about 1,200 words. An encoder's memory grows with their square. */
  private static final int MOST_TOKENS = 4096;

  private static final int MOST_SIDE = 1 << 20;

  /** A word of the page, and the entry that holds it by its place among those given. */
  private record Word(int entry, String text, PageBox box) {}

  private final OcrPage page;
  private final List<Word> words;

  /** Of all words, those of a word behind those of the one before. */
  private final int[] tokens;

  /** Where the tokens of each word begin. */
  private final int[] begins;

  private FieldPage(OcrPage page, List<Word> words, int[] tokens, int[] begins) {
    this.page = page;
    this.words = words;
    this.tokens = tokens;
    this.begins = begins;
  }

  /**
   * A page.
   *
   * @param given words or lines, in any order
   * @throws InputException when there are none, too many, or one has no proper box on the page
   */
  static FieldPage of(List<OcrWord> given, int width, int height, Tokenizer tokenizer) {
    InputException.requireField(
        width >= 1 && height >= 1 && width <= MOST_SIDE && height <= MOST_SIDE,
        "width",
        "and height are " + width + "×" + height,
        "give the size of the page in pixels, 1 to " + MOST_SIDE);
    InputException.requireField(
        given.size() <= MOST_WORDS,
        "words",
        "are " + given.size(),
        "give at most " + MOST_WORDS + " of a page");
    Map<OcrWord, Integer> places = new IdentityHashMap<>();
    List<OcrWord> own = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      OcrWord entry = given.get(i);
      requireOnPage(entry, i, width, height);
      // Each its own object, so that a word that is given twice has two places.
      OcrWord copy = new OcrWord(entry.text(), entry.x0(), entry.y0(), entry.x1(), entry.y1());
      if (!copy.text().isBlank()) {
        own.add(copy);
        places.put(copy, i);
      }
    }
    InputException.requireField(
        !own.isEmpty(), "words", "hold no text", "give the words of a page with their boxes");
    OcrPage page = new OcrPage(ReadingOrder.of(own), width, height);
    List<Word> words = new ArrayList<>();
    IntStream.Builder tokens = IntStream.builder();
    List<Integer> begins = new ArrayList<>();
    int count = 0;
    for (int i = 0; i < page.entries().size(); i++) {
      OcrWord entry = page.entries().get(i);
      for (OcrEncoder.Word word : OcrEncoder.words(page, i)) {
        int[] ids = tokenizer.encode(word.text(), false);
        if (ids.length > 0) {
          PageBox box = new PageBox(word.left(), entry.y0(), word.right(), entry.y1());
          words.add(new Word(places.getOrDefault(entry, 0), word.text(), box));
          begins.add(count);
          Arrays.stream(ids).forEach(tokens::add);
          count += ids.length;
        }
      }
      InputException.requireField(
          count <= MOST_TOKENS,
          "words",
          "are more than " + MOST_TOKENS + " tokens",
          "give the words of one page, or of the part that holds the fields");
    }
    return new FieldPage(
        page,
        List.copyOf(words),
        tokens.build().toArray(),
        begins.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void requireOnPage(OcrWord entry, int place, int width, int height) {
    // Written so that what is no number fails too.
    InputException.requireField(
        entry.x0() <= entry.x1()
            && entry.y0() <= entry.y1()
            && entry.x1() >= 0
            && entry.y1() >= 0
            && entry.x0() <= width
            && entry.y0() <= height,
        "words[" + place + "].box",
        "is none on a page of " + width + "×" + height,
        "give [x0, y0, x1, y1] in pixels with x0 <= x1 and y0 <= y1");
  }

  /** Tokens of the page. */
  int length() {
    return tokens.length;
  }

  OcrPage page() {
    return page;
  }

  /** What answers of a type are held to: all runs, or those that may say something of the type. */
  CopiedRun runs(FieldRules.Type type, int[] ends) {
    if (type == FieldRules.Type.TEXT) {
      return CopiedRun.of(tokens, begins, ends);
    }
    List<FieldValue.Run> runs = FieldValue.runs(type, texts());
    return CopiedRun.of(
        tokens,
        runs.stream().mapToInt(run -> begins[run.first()]).toArray(),
        runs.stream().mapToInt(run -> begin(run.last() + 1)).toArray(),
        ends);
  }

  /** Where the tokens of a word begin, or behind the last. */
  private int begin(int word) {
    return word < begins.length ? begins[word] : tokens.length;
  }

  /** The text of all words, for what one field says of another. */
  List<String> texts() {
    return words.stream().map(Word::text).toList();
  }

  /**
   * A run of words.
   *
   * @param entries places of those that hold it, each once
   * @param boxes of its share in each of them
   */
  record Run(String text, List<Integer> entries, List<PageBox> boxes) {}

  /**
   * The run whose tokens an answer is; of several the last, since sums and signatures repeat what
   * stands above them.
   *
   * @param answer at least one token, without the end; a run of whole words
   */
  Run run(int[] answer) {
    for (int word = begins.length - 1; word >= 0; word--) {
      int at = begins[word];
      int stop = at + answer.length;
      int last = stop == tokens.length ? begins.length : Arrays.binarySearch(begins, stop);
      if (last > word && Arrays.equals(tokens, at, stop, answer, 0, answer.length)) {
        return run(word, last);
      }
    }
    throw new IllegalStateException("an answer that does not stand on the page");
  }

  private Run run(int from, int to) {
    List<Integer> entries = new ArrayList<>();
    List<PageBox> boxes = new ArrayList<>();
    for (Word word : words.subList(from, to)) {
      if (!entries.isEmpty() && entries.getLast() == word.entry) {
        boxes.set(boxes.size() - 1, boxes.getLast().with(word.box));
      } else {
        entries.add(word.entry);
        boxes.add(word.box);
      }
    }
    String text = String.join(" ", words.subList(from, to).stream().map(Word::text).toList());
    return new Run(text, entries, boxes);
  }
}
