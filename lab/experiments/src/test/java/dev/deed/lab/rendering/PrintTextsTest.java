package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrintTextsTest {
  private static List<String> drawn(int count, long seed) {
    PrintTexts texts = new PrintTexts(0);
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> texts.draw(random, 1)).limit(count).toList();
  }

  @Test
  void theSeedDecides() {
    assertThat(drawn(50, 1)).isEqualTo(drawn(50, 1)).isNotEqualTo(drawn(50, 2));
  }

  @Test
  void textsAreLinesWithoutBlanksToFill() {
    Pattern blank = Pattern.compile("\\{[A-Za-z]{2,}\\}");
    assertThat(drawn(5000, 1))
        .allSatisfy(
            text -> {
              assertThat(text).isNotBlank().isEqualTo(text.strip()).doesNotContain("  ");
              assertThat(text.codePoints().filter(Character::isISOControl)).isEmpty();
              assertThat(text.length()).isLessThanOrEqualTo(70);
            });
    // Only a pair of braces around a word that was filled in may be left.
    assertThat(drawn(5000, 2).stream().filter(text -> blank.matcher(text).find()))
        .hasSizeLessThan(50)
        .noneMatch(text -> text.matches(".*\\{(amount|date|digits|code|money|count)\\}.*"));
  }

  @Test
  void theyAreVaried() {
    List<String> texts = drawn(5000, 1);
    assertThat(new HashSet<>(texts)).hasSizeGreaterThan(3500);
    Set<Integer> characters = new HashSet<>();
    texts.forEach(text -> text.codePoints().forEach(characters::add));
    assertThat(characters).containsAll(IntStream.rangeClosed('!', '~').boxed().toList());
    assertThat(characters)
        .contains((int) 'ä', (int) 'é', (int) 'ř', (int) 'ł', (int) 'ő', (int) '€');
    assertThat(texts.stream().filter(text -> text.matches("[^a-z]*[A-Z][^a-z]*")).count())
        .as("in capitals")
        .isBetween(1000L, 3500L);
    assertThat(texts.stream().filter(text -> text.matches(".*\\d[.,]\\d\\d.*")).count())
        .as("amounts")
        .isBetween(500L, 2500L);
    assertThat(texts.stream().filter(text -> text.length() <= 8).count())
        .as("short ones")
        .isBetween(1000L, 3000L);
  }
}
