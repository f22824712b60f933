package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class RandomCasesTest {
  private @Nullable String before;

  @BeforeEach
  void setSeed() {
    before = System.setProperty(RandomCases.SEED, "41");
  }

  @AfterEach
  void restoreSeed() {
    if (before == null) {
      System.clearProperty(RandomCases.SEED);
    } else {
      System.setProperty(RandomCases.SEED, before);
    }
  }

  @Test
  void everyCaseHasNumbersOfItsOwn() {
    Set<Long> numbers = new HashSet<>();
    RandomCases.run(100, random -> numbers.add(random.nextLong()));
    assertThat(numbers).hasSize(100);
  }

  @Test
  void namesTheSeedThatRepeatsAFailure() {
    Set<Long> met = new HashSet<>();
    assertThatThrownBy(
            () ->
                RandomCases.run(
                    5,
                    random -> {
                      met.add(random.nextLong());
                      if (met.size() == 3) {
                        fail("the third");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Ddeed.test.seed=43")
        .hasMessageContaining("the third");
    System.setProperty(RandomCases.SEED, "43");
    RandomCases.run(1, random -> assertThat(met).contains(random.nextLong()));
  }
}
