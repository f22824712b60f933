package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final Need ONE = new Need(1, 10);

  @Test
  void takesRowsAndWaitingPlacesAndNoMore() {
    Admission<String> admission = new Admission<>(new Admission.Limits(2, 2, 1000, 1));
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(admission.offer(name, ONE)).isTrue();
      admission.promote();
    }
    assertThat(admission.offer("e", ONE)).isFalse();
    assertThat(admission.runningCount()).isEqualTo(2);
    assertThat(admission.waitingCount()).isEqualTo(2);
    admission.release("a");
    assertThat(admission.promote().running()).containsExactly("c");
    assertThat(admission.offer("e", ONE)).isTrue();
    assertThat(admission.offer("f", ONE)).isFalse();
  }

  @Test
  void theFirstOnesThatWaitArePreparedAheadOnceTheirMemoryIsTheirs() {
    Admission<String> admission = new Admission<>(new Admission.Limits(1, 9, 35, 2));
    List<List<String>> preparing = new ArrayList<>();
    for (String name : List.of("runs", "next", "third", "no memory")) {
      admission.offer(name, ONE);
      preparing.add(admission.promote().preparing());
    }
    assertThat(preparing)
        .containsExactly(List.of("runs"), List.of("next"), List.of("third"), List.of());
    assertThat(admission.bytes()).isEqualTo(30);
    admission.release("runs");
    Admission.Promoted<String> promoted = admission.promote();
    assertThat(promoted.running()).containsExactly("next");
    assertThat(promoted.preparing()).containsExactly("no memory");
  }

  @Test
  void nobodyOvertakes() {
    Admission<String> admission = new Admission<>(new Admission.Limits(4, 9, 1000, 2));
    admission.offer("two", new Need(2, 10));
    admission.promote();
    admission.offer("four", new Need(4, 10));
    admission.offer("one", ONE);
    assertThat(admission.promote().running()).isEmpty();
    admission.release("two");
    assertThat(admission.promote().running()).containsExactly("four");
    admission.release("four");
    assertThat(admission.promote().running()).containsExactly("one");
  }

  @Test
  void whatIsKnownBetterIsCorrected() {
    Admission<String> admission = new Admission<>(new Admission.Limits(4, 9, 100, 0));
    admission.offer("a", new Need(1, 90));
    admission.promote();
    admission.offer("b", new Need(1, 60));
    assertThat(admission.promote().running()).isEmpty();
    admission.correct("a", 40);
    assertThat(admission.promote().running()).containsExactly("b");
    assertThat(admission.bytes()).isEqualTo(100);
  }

  /** Whatever comes and goes, limits hold, and nothing is left over. */
  @Test
  void limitsHoldAndAllComesBack() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Admission<Integer> admission =
          new Admission<>(new Admission.Limits(6, random.nextInt(5), 100, random.nextInt(3)));
      List<Integer> held = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        if (random.nextBoolean()
            && admission.offer(i, new Need(1 + random.nextInt(6), random.nextInt(101)))) {
          held.add(i);
        } else if (!held.isEmpty()) {
          int leaving = held.remove(random.nextInt(held.size()));
          admission.correct(leaving, random.nextInt(20));
          admission.release(leaving);
        }
        admission.promote();
        assertThat(admission.rows()).isBetween(0, 6);
        assertThat(admission.bytes()).isBetween(0L, 100L);
        assertThat(admission.runningCount() + admission.waitingCount()).isEqualTo(held.size());
        assertThat(held.isEmpty() || admission.runningCount() > 0).isTrue();
      }
      held.forEach(admission::release);
      assertThat(admission.rows()).isZero();
      assertThat(admission.bytes()).isZero();
    }
  }
}
