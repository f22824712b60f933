package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.picture.Picture;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FormulaGrammarTest {
  private static final FormulaRenderer LARGE = new FormulaRenderer(1000, 10_000);

  private static List<String> drawn(long seed) {
    return new FormulaGrammar(new SplittableRandom(seed)).draw();
  }

  @Test
  void everyFormulaCanBeSet() {
    for (long seed = 0; seed < 400; seed++) {
      List<String> tokens = drawn(seed);
      Picture picture = LARGE.draw(tokens, new SplittableRandom(seed));
      assertThat(picture).as(String.join(" ", tokens)).isNotNull();
    }
  }

  /** The JDK draws nothing for what it takes for a soft hyphen, and fonts have signs there. */
  @Test
  void everySignIsSeen() {
    WeightedTokens[] signs = {
      FormulaSymbols.LETTERS,
      FormulaSymbols.GREEK,
      FormulaSymbols.OTHERS,
      FormulaSymbols.INDICES,
      FormulaSymbols.DIGITS,
      FormulaSymbols.RELATIONS,
      FormulaSymbols.SUMS,
      FormulaSymbols.PRODUCTS,
      FormulaSymbols.FUNCTIONS,
      FormulaSymbols.BOUNDED,
      FormulaSymbols.BIG_SUMS,
      FormulaSymbols.INTEGRALS
    };
    Stream.of(signs)
        .map(WeightedTokens::choices)
        .flatMap(Collection::stream)
        .distinct()
        .forEach(
            sign -> {
              Picture picture = LARGE.draw(sign, new SplittableRandom(1));
              assertThat(picture).as(sign.toString()).isNotNull().matches(p -> !p.isBlank());
            });
  }

  @Test
  void bracesAndBracketsStandInPairsAndTheLowerScriptFirst() {
    for (long seed = 0; seed < 2000; seed++) {
      List<String> tokens = drawn(seed);
      Deque<String> open = new ArrayDeque<>();
      for (String token : tokens) {
        if (token.equals("{") || token.startsWith("\\left") && token.length() <= 7) {
          open.push(token);
        } else if (token.equals("}")) {
          assertThat(open.pop()).as(tokens.toString()).isEqualTo("{");
        } else if (token.startsWith("\\right") && token.length() <= 8) {
          assertThat(open.pop()).as(tokens.toString()).startsWith("\\left");
        }
      }
      assertThat(open).as(tokens.toString()).isEmpty();
      assertThat(String.join(" ", tokens)).doesNotContain("{ } ");
    }
  }

  @Test
  void formulasDiffer() {
    Set<String> formulas = new HashSet<>();
    Set<String> tokens = new HashSet<>();
    for (long seed = 0; seed < 3000; seed++) {
      List<String> formula = drawn(seed);
      formulas.add(String.join(" ", formula));
      tokens.addAll(formula);
    }
    assertThat(formulas).hasSizeGreaterThan(2900);
    assertThat(tokens).hasSizeGreaterThan(220).contains("\\Omega", "\\otimes", "\\begin{array}");
  }

  @Test
  void onlyACommandBeforeALetterIsFollowedByASpace() {
    assertThat(FormulaRenderer.source(List.of("x", "_", "{", "\\mu", "a", "}", "\\", ".")))
        .isEqualTo("x_{\\mu a}\\ .");
    assertThat(FormulaRenderer.source(List.of("\\left(", "x", "\\right)", "\\partial", "_")))
        .isEqualTo("\\left(x\\right)\\partial_");
  }

  @Test
  void whatCannotBeReadInTheLargestPictureIsNotDrawn() {
    List<String> wide = Collections.nCopies(64, "M");
    assertThat(new FormulaRenderer(64, 448).draw(wide, new SplittableRandom(1))).isNull();
  }
}
