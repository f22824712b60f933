package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.logits.TokenSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextDraftsTest {
  private static final int LENGTH = 200;

  /** What an answer took, in steps at full depth, and what was drafted for it. */
  private record Cost(double steps, int verifications, int drafted, int kept) {
    double speed(int tokens) {
      return tokens / steps;
    }
  }

  /** An answer that is known, decoded with drafts. */
  private static Cost decode(List<Integer> answer, List<TextLookup> texts, double row) {
    LearningDrafts.TextDrafts drafts =
        new LearningDrafts.TextDrafts(texts, new DraftPrices(row, 0, 1), 0);
    TokenSequence said = new TokenSequence(List.of(0));
    double steps = 0;
    int verifications = 0;
    int drafted = 0;
    int kept = 0;
    while (said.emitted() < answer.size()) {
      List<Integer> copies = drafts.copies(said, 0, 0).tokens();
      int right = 0;
      while (right < copies.size()
          && said.emitted() < answer.size()
          && copies.get(right).equals(answer.get(said.emitted()))) {
        said.append(answer.get(said.emitted()));
        right++;
      }
      if (said.emitted() < answer.size()) {
        said.append(answer.get(said.emitted()));
      }
      drafts.verified(copies.size(), right);
      steps += 1 + copies.size() * row;
      verifications++;
      drafted += copies.size();
      kept += right;
    }
    return new Cost(steps, verifications, drafted, kept);
  }

  private static Cost predicted(List<Integer> answer, List<Integer> text, double row) {
    return decode(answer, List.of(PromptLookup.prediction(text)), row);
  }

  /** Words as texts have them: few of them often, most of them seldom. */
  private static List<Integer> text(Random random, int length) {
    return IntStream.range(0, length)
        .map(_ -> (int) Math.pow(2, 12 * random.nextDouble()))
        .boxed()
        .toList();
  }

  /** A text of which a share of the tokens is replaced, left out, or has others in front. */
  private static List<Integer> changed(List<Integer> text, double share, Random random) {
    List<Integer> changed = new ArrayList<>();
    for (int token : text) {
      int kind = random.nextDouble() < share ? random.nextInt(3) : 3;
      if (kind == 0 || kind == 1) {
        changed.addAll(text(random, 1 + random.nextInt(2)));
      }
      if (kind == 1 || kind == 3) {
        changed.add(token);
      }
    }
    return changed;
  }

  @Test
  void aTextThatIsRightIsDraftedInLargeBlocks() {
    List<Integer> answer = text(new Random(1), LENGTH);
    Cost cost = predicted(answer, answer, 0.15);
    assertThat(cost.kept()).isEqualTo(cost.drafted());
    assertThat(cost.speed(LENGTH)).isGreaterThan(4.5);
    assertThat(predicted(answer, answer, 0.65).speed(LENGTH)).isGreaterThan(1.2);
  }

  /** Right at once: answers may be short. */
  @Test
  void aShortTextThatIsRightNeedsFewSteps() {
    List<Integer> answer = text(new Random(1), 12);
    assertThat(predicted(answer, answer, 0.15).verifications()).isLessThanOrEqualTo(3);
  }

  @Test
  void behindDifferencesDraftsGoOn() {
    double few = 0;
    double many = 0;
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Integer> answer = text(random, LENGTH);
      few += predicted(answer, changed(answer, 0.05, random), 0.15).speed(LENGTH) / 20;
      many += predicted(answer, changed(answer, 0.2, random), 0.15).speed(LENGTH) / 20;
    }
    assertThat(few).isGreaterThan(2.7);
    assertThat(many).isGreaterThan(1.5);
  }

  @Test
  void aParagraphThatWasLeftOutOrMovedIsFound() {
    List<Integer> answer = text(new Random(2), LENGTH);
    List<Integer> shorter = new ArrayList<>(answer.subList(0, 40));
    shorter.addAll(answer.subList(120, LENGTH));
    List<Integer> turned = new ArrayList<>(answer.subList(100, LENGTH));
    turned.addAll(answer.subList(0, 100));
    assertThat(predicted(shorter, answer, 0.15).speed(shorter.size())).isGreaterThan(3);
    assertThat(predicted(answer, shorter, 0.15).speed(LENGTH)).isGreaterThan(1.6);
    assertThat(predicted(answer, turned, 0.15).speed(LENGTH)).isGreaterThan(3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.08, 0.15, 0.25, 0.45, 0.65})
  void aUselessTextCostsLittle(double row) {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Integer> answer = text(random, LENGTH);
      List<Integer> other = text(random, 2 * LENGTH);
      List<Integer> shuffled = new ArrayList<>(answer);
      Collections.shuffle(shuffled, random);
      List<Integer> backwards = answer.reversed();
      for (List<Integer> useless : List.of(other, shuffled, backwards, List.<Integer>of())) {
        assertThat(predicted(answer, useless, row).steps()).isLessThan(1.03 * LENGTH + 0.7);
      }
    }
  }

  /** Every fifth token is another: what was right four times is wrong then. */
  @Test
  void aTextThatLiesCostsLittle() {
    List<Integer> answer = text(new Random(3), 1_000);
    List<Integer> lies = new ArrayList<>();
    for (int i = 0; i < answer.size(); i++) {
      lies.add(i % 5 == 4 ? 100_000 + i : answer.get(i));
    }
    assertThat(predicted(answer, lies, 0.15).speed(1_000)).isGreaterThan(1);
    assertThat(predicted(answer, lies, 0.65).speed(1_000)).isGreaterThan(0.97);
  }

  /** Whatever the texts, the time does not grow with how often a run occurs. */
  @Test
  void endlessRepetitionIsReadInLittleTime() {
    List<Integer> same = Collections.nCopies(1 << 16, 7);
    List<Integer> pairs = IntStream.range(0, 1 << 16).map(i -> i % 2).boxed().toList();
    List<Integer> answer = text(new Random(4), 2_000);
    long start = System.nanoTime();
    predicted(answer, same, 0.15);
    predicted(pairs.subList(0, 2_000), same, 0.15);
    predicted(same.subList(0, 2_000), pairs, 0.15);
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  @Test
  void whatTheAnswerSaidIsCopied() {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < 20; row++) {
      rows.addAll(List.of(1, 2, 3, 4, 100 + row, 5, 6, 7, 8, 9));
    }
    Cost cost = decode(rows, List.of(new AnswerLookup(2)), 0.15);
    assertThat(cost.speed(rows.size())).isGreaterThan(2.3);
    List<Integer> alike = Collections.nCopies(LENGTH, 7);
    assertThat(decode(alike, List.of(new AnswerLookup(2)), 0.15).speed(LENGTH)).isGreaterThan(4);
    List<Integer> unlike = IntStream.range(0, LENGTH).boxed().toList();
    assertThat(decode(unlike, List.of(new AnswerLookup(1)), 0.15).drafted()).isZero();
  }

  @Test
  void whatFollowsTheLastTokensInTheSourceIsDrafted() {
    List<Integer> source = List.of(10, 11, 12, 13, 20, 11, 12, 14, 15, 1);
    assertThat(copies(source, 2, 5, 12, 13)).startsWith(20, 11);
    assertThat(copies(source, 2, 14, 15)).containsExactly(1);
    // The place that agrees with more tokens counts.
    assertThat(copies(source, 2, 11, 12)).startsWith(13);
    assertThat(copies(source, 2, 20, 11, 12)).startsWith(14);
    assertThat(copies(source, 2, 12)).isEmpty();
    assertThat(copies(source, 2, 13, 12)).isEmpty();
    assertThat(copies(source, 3, 9, 11, 12)).isEmpty();
    assertThat(copies(source, 1, 1)).isEmpty();
  }

  private static List<Integer> copies(List<Integer> source, int run, int... said) {
    DraftPrices prices = new DraftPrices(0.15, 0, 1);
    LearningDrafts.TextDrafts drafts =
        new LearningDrafts.TextDrafts(List.of(PromptLookup.source(source, run)), prices, 0);
    TokenSequence answer = new TokenSequence(List.of(0));
    drafts.copies(answer, 0, 0);
    for (int token : said) {
      answer.append(token);
    }
    return drafts.copies(answer, 0, 0).tokens();
  }

  /** Tokens that wait for their verification tell the place, and may be taken back. */
  @Test
  void draftsOfOthersTellThePlace() {
    List<Integer> text = text(new Random(5), LENGTH);
    LearningDrafts.TextDrafts drafts =
        new LearningDrafts.TextDrafts(
            List.of(PromptLookup.prediction(text)), new DraftPrices(0.15, 0, 1), 0);
    TokenSequence answer = new TokenSequence(List.of(0));
    drafts.copies(answer, 0, 0);
    text.subList(100, 104).forEach(answer::append);
    assertThat(drafts.copies(answer, 4, 0).tokens()).startsWith(text.get(104), text.get(105));
    answer.truncate(1);
    text.subList(50, 54).forEach(answer::append);
    assertThat(drafts.copies(answer, 4, 0).tokens()).startsWith(text.get(54), text.get(55));
  }

  @Test
  void noMoreIsDraftedThanWasAskedFor() {
    List<Integer> text = text(new Random(6), LENGTH);
    LearningDrafts.TextDrafts drafts =
        new LearningDrafts.TextDrafts(
            List.of(PromptLookup.prediction(text)), new DraftPrices(0.15, 0, 1), 6);
    TokenSequence answer = new TokenSequence(List.of(0));
    drafts.copies(answer, 0, 0);
    text.subList(0, 8).forEach(answer::append);
    assertThat(drafts.copies(answer, 0, 0).tokens()).hasSize(6);
    assertThat(drafts.copies(answer, 4, 0).tokens()).hasSize(2);
  }
}
