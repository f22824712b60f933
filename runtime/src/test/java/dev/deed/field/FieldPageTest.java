package dev.deed.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.logits.AnswerState;
import dev.deed.decode.logits.CopiedRun;
import dev.deed.field.FieldRules.Type;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Runs of a page's words: which of them may be a field's, and where an answer stands. */
final class FieldPageTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Tokenizer TOKENIZER = Tokenizer.open(ROOT.resolve("models/receipts"));
  private static final int END = 2;

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  /** Words below each other. */
  private static FieldPage page(String... texts) {
    List<OcrWord> words = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      words.add(new OcrWord(texts[i], 20, 20 + 30 * i, 200, 40 + 30 * i));
    }
    return FieldPage.of(words, 300, 40 + 30 * texts.length, TOKENIZER);
  }

  private static int[] tokens(String text) {
    return TOKENIZER.encode(text, false);
  }

  /** Whether a page lets a field of a type be this text. */
  private static boolean allows(FieldPage page, Type type, String text) {
    AnswerState state = page.runs(type, new int[] {END});
    for (int token : tokens(text)) {
      if (!state.allows(token)) {
        return false;
      }
      state = state.after(token);
    }
    return state.allows(END);
  }

  @Test
  void anAnswerStandsWhereItsLastWordEnds() {
    FieldPage page = page("12", "125", "cash");

    FieldPage.Run run = page.run(tokens("12"));

    assertThat(run.text()).isEqualTo("12");
    assertThat(run.entries()).containsExactly(0);
    assertThat(page.run(tokens("cash")).entries()).containsExactly(2);
  }

  @Test
  void datesAndAmountsAreRunsOfTheirType() {
    FieldPage page = page("date", "25/12/2018", "10:42", "total", "35.40", "3");

    assertThat(allows(page, Type.DATE, "25/12/2018")).isTrue();
    assertThat(allows(page, Type.DATE, "10:42")).isFalse();
    assertThat(allows(page, Type.AMOUNT, "35.40")).isTrue();
    assertThat(allows(page, Type.AMOUNT, "25/12/2018")).isFalse();
    assertThat(allows(page, Type.NUMBER, "3")).isTrue();
    assertThat(allows(page, Type.TEXT, "date")).isTrue();
  }

  @Test
  void whereAmountsHaveHundredthsOthersAreNone() {
    assertThat(allows(page("35.40", "3"), Type.AMOUNT, "3")).isFalse();
    assertThat(allows(page("12.03.2018", "500"), Type.AMOUNT, "500")).isTrue();
  }

  @Test
  void aPageWithoutARunOfTheTypeLeavesNull() {
    CopiedRun runs = page("thank", "you").runs(Type.AMOUNT, new int[] {END});

    assertThat(runs.forced()).isEqualTo(END);
  }
}
