package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TableGrammarTest {
  private static final int END = 3;
  private static final List<Integer> TOKENS = IntStream.range(4, 12).boxed().toList();

  private static AnswerState after(String tags) {
    AnswerState state = TableGrammar.start(TOKENS, List.of(END));
    for (String tag : tags.split(" ")) {
      assertThat(state.allows(token(tag))).as(tag + " in " + tags).isTrue();
      state = state.after(token(tag));
    }
    return state;
  }

  private static int token(String tag) {
    return tag.equals("end") ? END : TOKENS.get(TableGrammar.TAGS.indexOf(tag));
  }

  private static List<String> allowed(AnswerState state) {
    List<String> allowed = new ArrayList<>(TableGrammar.TAGS);
    allowed.add("end");
    allowed.removeIf(tag -> !state.allows(token(tag)));
    return allowed;
  }

  @Test
  void rowsAreAsLongAsTheFirst() {
    assertThat(allowed(after("ched ched nl fcel"))).doesNotContain("nl", "end").contains("fcel");
    assertThat(allowed(after("ched ched nl fcel fcel"))).containsExactly("nl");
    assertThat(after("ched ched nl fcel fcel").forced()).isEqualTo(token("nl"));
    assertThat(after("ched ched nl fcel").forced()).isEqualTo(AnswerState.NOT_FORCED);
  }

  @Test
  void aTableEndsBehindAWholeRow() {
    assertThat(allowed(TableGrammar.start(TOKENS, List.of(END))))
        .containsExactly("ecel", "fcel", "ched", "rhed", "srow");
    assertThat(allowed(after("fcel nl"))).contains("end");
    assertThat(allowed(after("fcel nl").after(END))).isEmpty();
  }

  @Test
  void spansAreClosed() {
    assertThat(allowed(after("ched fcel nl ucel"))).doesNotContain("lcel");
    assertThat(allowed(after("ched lcel nl"))).doesNotContain("ucel", "lcel");
    assertThat(allowed(after("ched lcel nl fcel"))).doesNotContain("ucel").contains("lcel");
    assertThat(allowed(after("fcel fcel nl ucel fcel nl"))).contains("ucel");
  }

  @Test
  void twoRowsOfEmptyCellsEndATable() {
    assertThat(allowed(after("ched nl ecel nl"))).contains("ecel");
    assertThat(allowed(after("ched nl ecel nl ecel nl"))).containsExactly("end");
    assertThat(after("ched nl ecel nl ecel nl").forced()).isEqualTo(END);
    assertThat(allowed(after("ched nl ecel nl fcel nl"))).contains("ecel");
  }

  @Test
  void randomAnswersEndWhateverIsChosen() {
    Random random = new Random(11);
    for (int run = 0; run < 200; run++) {
      AnswerState state = TableGrammar.start(TOKENS, List.of(END));
      int length = 0;
      while (!allowed(state).isEmpty() && length++ < 400) {
        List<String> allowed = allowed(state);
        int forced = state.forced();
        int next = token(allowed.get(random.nextInt(allowed.size())));
        assertThat(forced == AnswerState.NOT_FORCED || allowed.size() == 1 && next == forced)
            .as("forced " + forced + " of " + allowed)
            .isTrue();
        state = state.after(next);
      }
    }
  }

  @Test
  void allTagsNeedTokens() {
    assertThatThrownBy(() -> TableGrammar.start(List.of(1, 2), List.of(END)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
