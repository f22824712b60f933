package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.RandomCases;
import dev.deed.decode.ExitModel;
import dev.deed.decode.SearchStrategy;
import dev.deed.value.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FairSchedulingTest {
  private static final ExitModel MODEL = ExitModel.open("t5-v1_1");
  private static final Client FLOOD = Client.named("flood");
  private static final Client OTHER = Client.named("other");
  private static final Client TRIPLE = new Client("triple", 3, 0, 99);
  private static final Client NIGHT = new Client("night", 1, -5, 99);
  private static final Client LATER = new Client("later", 1, -9, 99);

  private final FairScheduling shares = new FairScheduling(12);

  private static List<Entry> of(Client client, int requests, int rows) {
    return IntStream.range(0, requests)
        .mapToObj(
            _ -> {
              Asked asked = new Asked(MODEL, 0, 4);
              asked.client = client;
              asked.strategy = new SearchStrategy.Sampling(rows, 1, List.of());
              return new Entry(asked);
            })
        .toList();
  }

  @SafeVarargs
  private static List<Entry> all(List<Entry>... some) {
    return Stream.of(some).flatMap(List::stream).toList();
  }

  /** Rows of each client in all steps together. */
  private Map<String, Integer> rows(int steps, List<Entry> all) {
    Map<String, Integer> rows = new TreeMap<>();
    for (int i = 0; i < steps; i++) {
      shares
          .next(all, List.of())
          .forEach(entry -> rows.merge(entry.client.name(), entry.rows, Integer::sum));
    }
    return rows;
  }

  @Test
  void nobodyRestsForHimselfOrWhereAllHaveTheSame() {
    List<Entry> alone = of(FLOOD, 16, 1);
    assertThat(shares.next(alone, List.of())).isEqualTo(alone);
    assertThat(shares.weighed(alone, 9)).isEqualTo(9);
    assertThat(rows(10, all(of(FLOOD, 8, 1), of(OTHER, 8, 1)))).containsValues(80, 80);
    assertThat(rows(10, of(NIGHT, 9, 1))).containsEntry("night", 90);
  }

  /** A third of the saturation of twelve beside the client of the fewest. */
  @Test
  void rowsOfAFloodTakeTurnsBesideAnother() {
    List<Entry> flood = of(FLOOD, 15, 1);
    List<Entry> all = all(flood, of(OTHER, 1, 1));
    assertThat(rows(15, all)).isEqualTo(Map.of("flood", 15 * 4, "other", 15));
    assertThat(shares.weighed(flood, 9)).isEqualTo(Integer.MAX_VALUE);
    assertThat(shares.weighed(flood, 0)).isZero();
    assertThat(shares.weighed(all, 9)).isEqualTo(9);
    assertThat(shares.weighed(all(flood, of(TRIPLE, 1, 1)), 9)).isEqualTo(1);
    assertThat(flood).allMatch(entry -> entry.lastStep > 15 - 4);
    assertThat(rows(10, all(flood, of(OTHER, 6, 1)))).isEqualTo(Map.of("flood", 60, "other", 60));
    assertThat(rows(9, all(of(TRIPLE, 15, 1), of(OTHER, 2, 1))))
        .isEqualTo(Map.of("triple", 9 * 6, "other", 9 * 2));
  }

  @Test
  void requestsOfSeveralRowsRestTogetherAndOweWhatTheyAreAhead() {
    List<Entry> all = all(of(FLOOD, 3, 5), of(OTHER, 1, 1));
    assertThat(rows(30, all)).containsEntry("other", 30).containsEntry("flood", 30 * 4);
  }

  @Test
  void lowerPrioritiesHaveARowInEverySecondStepBesideTheHighest() {
    List<Entry> all = all(of(NIGHT, 10, 1), of(LATER, 6, 1), of(OTHER, 1, 1), of(FLOOD, 10, 1));
    assertThat(rows(32, all))
        .isEqualTo(Map.of("night", 10, "later", 6, "other", 32, "flood", 4 * 32));
    assertThat(shares.weighed(of(NIGHT, 1, 1), 9)).isEqualTo(Integer.MAX_VALUE);
    assertThat(rows(10, all(of(NIGHT, 2, 1), of(LATER, 9, 1))))
        .isEqualTo(Map.of("night", 20, "later", 5));
  }

  @Test
  void lowerPrioritiesHaveARowInEachStepWhileTheHighestIsInTheEncoder() {
    List<Entry> night = of(NIGHT, 10, 1);
    for (int i = 0; i < 10; i++) {
      assertThat(shares.next(night, of(OTHER, 1, 1))).containsExactly(night.get(i));
      assertThat(shares.weighed(of(OTHER, 1, 1), 10)).isOne();
    }
    assertThat(shares.next(night, of(LATER, 1, 1))).isEqualTo(night);
  }

  /** Whoever shares the steps: all go on, and each client has its part. */
  @Test
  void nobodyStarves() {
    RandomCases.run(
        50,
        random -> {
          List<Entry> all = new ArrayList<>();
          for (int i = 0; i < 2 + random.nextInt(5); i++) {
            Client client =
                new Client("" + i, 1 + random.nextInt(3), random.nextInt(2), Integer.MAX_VALUE);
            all.addAll(of(client, 1 + random.nextInt(6), 1 + random.nextInt(4)));
          }
          FairScheduling fair = new FairScheduling(1 + random.nextInt(16));
          int total = all.stream().mapToInt(entry -> entry.rows).sum();
          for (int step = 1; step <= 10 * total; step++) {
            assertThat(fair.next(all, List.of())).isNotEmpty().doesNotHaveDuplicates();
            long longAgo = step - 4L * total;
            assertThat(all).allMatch(entry -> entry.lastStep > longAgo);
          }
        });
  }
}
