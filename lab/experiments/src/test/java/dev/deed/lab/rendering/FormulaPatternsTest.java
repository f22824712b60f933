package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.processing.picture.Picture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FormulaPatternsTest {
  private static final FormulaPatterns PATTERNS = FormulaPatterns.shipped();

  private static List<String> drawn(long seed) {
    return PATTERNS.draw(new SplittableRandom(seed));
  }

  @Test
  void everyFormulaCanBeSet() {
    FormulaRenderer large = new FormulaRenderer(1000, 10_000);
    for (long seed = 0; seed < 400; seed++) {
      List<String> tokens = drawn(seed);
      Picture picture = large.draw(tokens, new SplittableRandom(seed));
      assertThat(picture).as(String.join(" ", tokens)).isNotNull().matches(p -> !p.isBlank());
    }
  }

  @Test
  void bracesStandInPairsAndNothingHasTwoScriptsOfAKind() {
    for (long seed = 0; seed < 5000; seed++) {
      List<String> tokens = drawn(seed);
      Deque<Set<String>> scripts = new ArrayDeque<>();
      scripts.push(new HashSet<>());
      for (int at = 0; at < tokens.size(); at++) {
        String token = tokens.get(at);
        String before = at == 0 ? "" : tokens.get(at - 1);
        switch (token) {
          case "{" -> {
            if (before.equals("_") || before.equals("^")) {
              assertThat(scripts.peek().add(before)).as(String.join(" ", tokens)).isTrue();
            } else {
              scripts.peek().clear();
            }
            scripts.push(new HashSet<>());
          }
          case "}" -> scripts.pop();
          case "_", "^" -> {}
          default -> scripts.peek().clear();
        }
      }
      assertThat(scripts).as(String.join(" ", tokens)).hasSize(1);
    }
  }

  @Test
  void aNumberedRuleGivesTheSameEachTime() {
    FormulaPatterns patterns =
        FormulaPatterns.of(
            """
            formula
              1 <v:1> + <v:1> = 2 <v:1>
            v
              1 a
              1 b
              1 c
            """);
    Set<String> all = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      all.add(String.join(" ", patterns.draw(new SplittableRandom(seed))));
    }
    assertThat(all).containsExactlyInAnyOrder("a + a = 2 a", "b + b = 2 b", "c + c = 2 c");
  }

  @Test
  void weightsSayHowOften() {
    FormulaPatterns patterns = FormulaPatterns.of("formula\n  3 a\n  1 b\n");
    int often = 0;
    for (long seed = 0; seed < 2000; seed++) {
      often += patterns.draw(new SplittableRandom(seed)).equals(List.of("a")) ? 1 : 0;
    }
    assertThat(often).isBetween(1400, 1600);
  }

  @Test
  void nestingEndsWithTheFirstAlternative() {
    FormulaPatterns patterns =
        FormulaPatterns.of("formula\n  0.001 x\n  1000 \\sqrt { <formula> }\n");
    assertThat(patterns.draw(new SplittableRandom(1))).contains("x").hasSizeLessThan(60);
  }

  @Test
  void aRuleThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> FormulaPatterns.of("formula\n  1 <letter>\n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("<letter>");
  }

  @Test
  void anAlternativeNeedsARule() {
    assertThatThrownBy(() -> FormulaPatterns.of("  1 a\n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no rule");
  }
}
