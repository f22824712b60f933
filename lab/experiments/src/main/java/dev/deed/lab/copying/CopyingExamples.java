package dev.deed.lab.copying;

import dev.deed.processing.page.OcrPage;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws examples from real pages, disguised, and from made-up receipts. Safe for many threads.
 *
 * @param pages real pages; may be empty when all receipts are made up
 * @param madeUpShare share of examples on made-up receipts, 0…1
 * @param mostLines text lines that a page keeps
 */
record CopyingExamples(List<OcrPage> pages, double madeUpShare, int mostLines) {
  /** Share of the questions to made-up receipts that ask for a field. */
  private static final double SHARE_OF_FIELDS = 0.4;

  /** Draws from usual pages fail one time in two; where so many do, nothing can be asked. */
  private static final int MOST_TRIES = 10_000;

  /**
   * An example.
   *
   * @param page what is given
   * @param question what is asked of it
   * @param madeUp whether the page is
   */
  record CopyExample(OcrPage page, CopyQuestion question, boolean madeUp) {}

  /**
   * An example; the same for the same state of the generator.
   *
   * @throws InputException when the pages hold nothing that can be asked
   */
  CopyExample draw(RandomGenerator random) {
    boolean madeUp = random.nextDouble() < madeUpShare;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      CopyExample example = madeUp ? ofMadeUp(random) : ofReal(random);
      if (example != null) {
        return example;
      }
    }
    throw new InputException(
        "pages", "hold nothing that can be asked", "give pages with several lines of text");
  }

  private @Nullable CopyExample ofReal(RandomGenerator random) {
    OcrPage whole = pages.get(random.nextInt(pages.size()));
    OcrPage page = Disguise.of(window(whole, start(whole, random)), random);
    CopyQuestion question = new PageQuestions(page.entries()).draw(random);
    return question == null ? null : new CopyExample(page, question, false);
  }

  private @Nullable CopyExample ofMadeUp(RandomGenerator random) {
    MadeUpReceipt receipt = MadeUpReceipts.draw(random);
    int start = start(receipt.page(), random);
    OcrPage page = window(receipt.page(), start);
    CopyQuestion question =
        random.nextDouble() < SHARE_OF_FIELDS
            ? ofField(receipt, start, start + page.entries().size(), random)
            : new PageQuestions(page.entries()).draw(random);
    return question == null ? null : new CopyExample(page, question, true);
  }

  private static @Nullable CopyQuestion ofField(
      MadeUpReceipt receipt, int from, int to, RandomGenerator random) {
    MadeUpReceipt.Field field = receipt.fields().get(random.nextInt(receipt.fields().size()));
    return field.first() >= from && field.last() < to && PageQuestions.isAnswer(field.value())
        ? new CopyQuestion(CopyTask.FIELD, "what is the " + field.name() + "?", field.value())
        : null;
  }

  private int start(OcrPage page, RandomGenerator random) {
    return random.nextInt(Math.max(1, page.entries().size() - mostLines + 1));
  }

  /** Boxes stay where they are on the whole page. */
  private OcrPage window(OcrPage page, int start) {
    List<OcrWord> entries = page.entries();
    return new OcrPage(
        entries.subList(start, Math.min(start + mostLines, entries.size())),
        page.width(),
        page.height());
  }
}
