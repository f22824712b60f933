package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.value.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final Resources ONE = new Resources(1, 10);

  private static <T> boolean offer(Admission<T> admission, T request, Resources need) {
    Admission.Offer<T> offer = admission.offer(request, need, Client.ANYONE, true, true);
    assertThat(offer.left()).isNull();
    return offer.taken();
  }

  @Test
  void takesRowsAndWaitingPlacesAndNoMore() {
    Admission<String> admission = new Admission<>(new Admission.Limits(2, 2, 1000, 1));
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(offer(admission, name, ONE)).isTrue();
      admission.promote();
    }
    assertThat(offer(admission, "e", ONE)).isFalse();
    assertThat(admission.runningCount()).isEqualTo(2);
    assertThat(admission.waitingCount()).isEqualTo(2);
    admission.release("a");
    assertThat(admission.promote().running()).containsExactly("c");
    assertThat(offer(admission, "e", ONE)).isTrue();
    assertThat(offer(admission, "f", ONE)).isFalse();
  }

  @Test
  void theFirstOnesThatWaitArePreparedAheadOnceTheirMemoryIsTheirs() {
    Admission<String> admission = new Admission<>(new Admission.Limits(1, 9, 35, 2));
    List<List<String>> preparing = new ArrayList<>();
    for (String name : List.of("runs", "next", "third", "no memory")) {
      offer(admission, name, ONE);
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
    offer(admission, "two", new Resources(2, 10));
    admission.promote();
    offer(admission, "four", new Resources(4, 10));
    offer(admission, "one", ONE);
    assertThat(admission.promote().running()).isEmpty();
    admission.release("two");
    assertThat(admission.promote().running()).containsExactly("four");
    admission.release("four");
    assertThat(admission.promote().running()).containsExactly("one");
  }

  @Test
  void whatIsKnownBetterIsCorrected() {
    Admission<String> admission = new Admission<>(new Admission.Limits(4, 9, 100, 0));
    offer(admission, "a", new Resources(1, 90));
    admission.promote();
    offer(admission, "b", new Resources(1, 60));
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
            && offer(admission, i, new Resources(1 + random.nextInt(6), random.nextInt(101)))) {
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

  /** Offers one row of each of some clients, and gives the clients in the order of their turns. */
  private static String turns(Admission<String> admission, String... requests) {
    for (String request : requests) {
      assertThat(admission.offer(request, ONE, client(request), true, true).taken()).isTrue();
    }
    StringBuilder turns = new StringBuilder();
    String running = "00";
    while (admission.waitingCount() > 0) {
      admission.release(running);
      running = admission.promote().running().getFirst();
      turns.append(running.charAt(0));
    }
    return turns.toString();
  }

  /** By its name: {@code A} has a share of 2, {@code !} a priority, {@code -} one below others. */
  private static Client client(String request) {
    String name = request.substring(0, 1);
    return switch (name) {
      case "A" -> new Client(name, 2, 0, 99);
      case "!" -> new Client(name, 1, 1, 99);
      case "-" -> new Client(name, 1, -1, 99);
      case "c" -> new Client(name, 1, 0, 1);
      default -> Client.named(name);
    };
  }

  private static Admission<String> busy(int rows, int waiting) {
    Admission<String> admission = new Admission<>(new Admission.Limits(rows, waiting, 1000, 0));
    for (int i = 0; i < rows; i++) {
      assertThat(offer(admission, "0" + i, ONE)).isTrue();
    }
    admission.promote();
    return admission;
  }

  @Test
  void rowsGoToClientsByTurnsAndByTheirShares() {
    assertThat(turns(busy(1, 9), "f1", "f2", "f3", "f4", "g1", "g2")).isEqualTo("fgfgff");
    assertThat(turns(busy(1, 9), "f1", "f2", "f3", "A1", "A2", "A3", "A4")).isEqualTo("fAAfAAf");
    assertThat(turns(busy(1, 9), "-1", "f1", "!1", "!2", "f2")).isEqualTo("!!ff-");
  }

  @Test
  void aClientThatHoldsItsRowsHoldsUpNobody() {
    Admission<String> admission = busy(3, 9);
    for (String request : List.of("c1", "c2", "f1", "f2")) {
      admission.offer(request, ONE, client(request), true, true);
    }
    admission.release("00");
    admission.release("01");
    assertThat(admission.promote().running()).containsExactly("c1", "f1");
    admission.release("02");
    assertThat(admission.promote().running()).containsExactly("f2");
    admission.release("f1");
    assertThat(admission.promote().running()).isEmpty();
    admission.release("c1");
    assertThat(admission.promote().running()).containsExactly("c2");
  }

  @Test
  void whoHasWaitedLeastForItsShareGetsThePlaceOfAFlood() {
    Admission<String> admission = busy(1, 3);
    for (String request : List.of("f1", "f2", "f3")) {
      admission.offer(request, ONE, client(request), true, true);
    }
    assertThat(admission.offer("f4", ONE, client("f4"), true, true).taken()).isFalse();
    assertThat(admission.offer("g1", ONE, client("g1"), false, true))
        .isEqualTo(new Admission.Offer<>(true, "f3"));
    assertThat(admission.offer("g2", ONE, client("g2"), true, true).taken()).isFalse();
    assertThat(admission.offer("!1", ONE, client("!1"), true, true).left()).isEqualTo("f2");
    assertThat(admission.all()).containsExactly("00", "f1", "g1", "!1");
  }

  /** Where others have all rows, those beyond their share rest for it. */
  @Test
  void whoHasLessThanItsShareBeginsAtOnce() {
    Admission<String> admission = new Admission<>(new Admission.Limits(4, 9, 1000, 1));
    for (String request : List.of("f1", "f2", "f3", "f4", "f5", "f6")) {
      admission.offer(request, ONE, client(request), true, true);
    }
    assertThat(admission.promote().running()).hasSize(4);
    for (String request : List.of("g1", "g2", "g3", "!1", "-1")) {
      admission.offer(request, ONE, client(request), true, true);
    }
    assertThat(admission.promote().running()).containsExactly("!1", "g1");
    assertThat(admission.rows()).isEqualTo(6);
    for (String request : List.of("f1", "f2")) {
      admission.release(request);
      assertThat(admission.promote().running()).isEmpty();
    }
    for (String request : List.of("f3", "g1", "f4")) {
      admission.release(request);
      admission.promote();
    }
    assertThat(admission.rows()).isEqualTo(4);
  }
}
