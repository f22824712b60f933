package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.logits.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceDraftsTest {
  private static final List<Integer> SOURCE = List.of(10, 11, 12, 13, 20, 11, 12, 14, 15, 1);

  private static TokenSequence answer(int... tokens) {
    TokenSequence answer = new TokenSequence(List.of(0));
    for (int token : tokens) {
      answer.append(token);
    }
    return answer;
  }

  private static SourceDrafts drafts(int ngram) {
    return new SourceDrafts(SOURCE, ngram, 0.25);
  }

  @Test
  void whatFollowsTheLastTokensIsDrafted() {
    assertThat(drafts(2).sequel(answer(5, 12, 13), 3)).containsExactly(20, 11, 12);
    assertThat(drafts(2).sequel(answer(14, 15), 8)).containsExactly(1);
  }

  @Test
  void thePlaceThatAgreesWithMoreCounts() {
    assertThat(drafts(2).sequel(answer(11, 12), 1)).containsExactly(13);
    assertThat(drafts(2).sequel(answer(20, 11, 12), 1)).containsExactly(14);
  }

  @Test
  void whatDoesNotOccurGivesNothing() {
    assertThat(drafts(2).sequel(answer(12), 8)).isEmpty();
    assertThat(drafts(2).sequel(answer(13, 12), 8)).isEmpty();
    assertThat(drafts(3).sequel(answer(9, 11, 12), 8)).isEmpty();
    assertThat(drafts(0).sequel(answer(11, 12), 8)).isEmpty();
    assertThat(drafts(1).sequel(answer(1), 8)).isEmpty();
  }

  /** Drafts that are never kept stop for a while. */
  @Test
  void whereDraftsAreNotKeptTheyRest() {
    SourceDrafts drafts = drafts(1);
    int drafted = 0;
    for (int i = 0; i < 200; i++) {
      List<Integer> sequel = drafts.sequel(answer(11), 4);
      if (!sequel.isEmpty()) {
        drafts.verified(sequel.size(), 0);
        drafted++;
      }
    }
    assertThat(drafted).isBetween(2, 20);
  }

  /** Where a row costs most of a step, half of the drafts is not enough. */
  @Test
  void whereRowsAreDearMoreMustBeKept() {
    SourceDrafts drafts = new SourceDrafts(SOURCE, 1, 0.65);
    drafts.verified(2, 1);
    assertThat(drafts.sequel(answer(11), 4)).isEmpty();
    SourceDrafts cheap = drafts(1);
    cheap.verified(2, 1);
    assertThat(cheap.sequel(answer(11), 4)).isNotEmpty();
  }
}
