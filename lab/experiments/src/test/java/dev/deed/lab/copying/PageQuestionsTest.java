package dev.deed.lab.copying;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.page.OcrPage;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PageQuestionsTest {
  private static final List<OcrWord> PAGE =
      List.of(
          new OcrWord("SHOP  OF THINGS", 10, 0, 90, 10),
          new OcrWord("TOTAL QTY 3", 0, 20, 40, 30),
          new OcrWord("TOTAL", 0, 40, 40, 50),
          new OcrWord("5.00", 60, 40, 90, 50),
          new OcrWord("THANK YOU", 0, 60, 90, 70));

  @Test
  void everyQuestionHasItsOneAnswer() {
    Map<CopyTask, Set<String>> asked = new EnumMap<>(CopyTask.class);
    PageQuestions questions = new PageQuestions(PAGE);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      CopyQuestion question = questions.draw(random);
      if (question != null) {
        asked
            .computeIfAbsent(question.task(), task -> new TreeSet<>())
            .add(question.prompt() + " -> " + question.answer());
      }
    }
    assertThat(asked.get(CopyTask.LINE))
        .containsExactly(
            "read line 1 -> SHOP OF THINGS",
            "read line 2 -> TOTAL QTY 3",
            "read line 3 -> TOTAL",
            "read line 4 -> 5.00",
            "read line 5 -> THANK YOU");
    // TOTAL alone names no line: two begin so.
    assertThat(asked.get(CopyTask.REST))
        .containsExactly(
            "what follows SHOP ? -> OF THINGS",
            "what follows THANK ? -> YOU",
            "what follows TOTAL QTY ? -> 3");
    assertThat(asked.get(CopyTask.WHOLE))
        .containsExactly(
            "which line begins with SHOP ? -> SHOP OF THINGS",
            "which line begins with THANK ? -> THANK YOU",
            "which line begins with TOTAL QTY ? -> TOTAL QTY 3");
    assertThat(asked.get(CopyTask.NEXT))
        .containsExactly(
            "which line comes after 5.00 ? -> THANK YOU",
            "which line comes after SHOP ? -> TOTAL QTY 3",
            "which line comes after TOTAL QTY ? -> TOTAL");
    assertThat(asked.get(CopyTask.SEVERAL))
        .contains(
            "read 2 lines from 5.00 ? -> 5.00 THANK YOU",
            "read 3 lines from SHOP ? -> SHOP OF THINGS TOTAL QTY 3 TOTAL");
    assertThat(asked).doesNotContainKeys(CopyTask.RIGHT, CopyTask.FIELD);
  }

  @Test
  void theNeighbourInTheRow() {
    List<OcrWord> page = new ArrayList<>(PAGE);
    page.set(1, new OcrWord("QTY 3", 0, 20, 40, 30));
    PageQuestions questions = new PageQuestions(page);
    SplittableRandom random = new SplittableRandom(1);
    Set<CopyQuestion> right = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      CopyQuestion question = questions.draw(random);
      if (question != null && question.task() == CopyTask.RIGHT) {
        right.add(question);
      }
    }
    assertThat(right)
        .containsExactly(
            new CopyQuestion(CopyTask.RIGHT, "what is written right of TOTAL ?", "5.00"));
  }

  @Test
  void answersAreNeitherEmptyNorLong() {
    assertThat(PageQuestions.isAnswer(" ")).isFalse();
    assertThat(PageQuestions.isAnswer("1".repeat(40))).isTrue();
    assertThat(PageQuestions.isAnswer("1".repeat(41))).isFalse();
    assertThat(TokenEstimate.of("ABC 12-x")).isEqualTo(2 + 2 + 1 + 1);
  }

  @Test
  void aDisguiseKeepsTheShape() {
    OcrPage page = new OcrPage(PAGE, 100, 80);
    Set<String> totals = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      OcrPage disguised = Disguise.of(page, new SplittableRandom(seed));
      assertThat(disguised.width()).isEqualTo(100);
      for (int i = 0; i < PAGE.size(); i++) {
        OcrWord entry = disguised.entries().get(i);
        assertThat(
                entry
                    .text()
                    .replaceAll("[0-9]", "9")
                    .replaceAll("[AEIOU]", "A")
                    .replaceAll("[B-DF-HJ-NP-TV-Z]", "B"))
            .isEqualTo(
                PAGE.get(i)
                    .text()
                    .replaceAll("[0-9]", "9")
                    .replaceAll("[AEIOU]", "A")
                    .replaceAll("[B-DF-HJ-NP-TV-Z]", "B"));
        assertThat(entry.x1()).isEqualTo(PAGE.get(i).x1());
      }
      String total = disguised.entries().get(2).text();
      assertThat(disguised.entries().get(1).text()).startsWith(total + " ");
      totals.add(total);
    }
    assertThat(totals).contains("TOTAL").hasSizeBetween(15, 40);
  }
}
