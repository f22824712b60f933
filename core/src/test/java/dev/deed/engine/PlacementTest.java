package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.engine.Placement.Load;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  private final Placement placement = Placement.filling(8, 64, 3);

  @Test
  void oneTeamTakesEverything() {
    Load busy = new Load(20, false);
    assertThat(placement.joins(busy, List.of(busy))).isTrue();
    assertThat(placement.encodes(5, busy, List.of(busy))).isEqualTo(5);
  }

  @Test
  void aBatchIsFilledBeforeTheNextOneBegins() {
    assertThat(whoMayJoin(placement, 0, 3, 5)).containsExactly(2);
    assertThat(whoMayJoin(placement, 0, 3, 8)).containsExactly(1);
    assertThat(whoMayJoin(placement, 0, 8, 9)).containsExactly(0);
    assertThat(whoMayJoin(placement, 0, 8, 0)).containsExactly(0, 2);
  }

  @Test
  void fullBatchesGetRowsInTurn() {
    assertThat(whoMayJoin(placement, 10, 9, 8)).containsExactly(2);
    assertThat(whoMayJoin(placement, 10, 9, 9)).containsExactly(1, 2);
  }

  /** Else one pool would decode all, and the others never would. */
  @Test
  void aBatchIsFullAtItsShareOfTheRows() {
    assertThat(whoMayJoin(Placement.filling(16, 16, 4), 4, 0, 3, 0)).containsExactly(2);
    assertThat(whoMayJoin(Placement.filling(16, 16, 4), 4, 0, 4, 0)).containsExactly(1, 3);
  }

  @Test
  void spreadRowsGoToTheBatchOfFewest() {
    assertThat(whoMayJoin(new Placement(1), 3, 2, 4)).containsExactly(1);
    assertThat(whoMayJoin(new Placement(1), 3, 0, 0)).containsExactly(1, 2);
  }

  @Test
  void teamsWithoutRowsEncode() {
    Load decodes = new Load(3, false);
    Load encodes = new Load(0, true);
    Load idle = new Load(0, false);
    assertThat(placement.encodes(4, decodes, List.of(decodes, encodes))).isZero();
    assertThat(placement.encodes(4, idle, List.of(decodes, encodes, idle))).isEqualTo(4);
    assertThat(placement.encodes(5, idle, List.of(decodes, idle, idle))).isEqualTo(3);
  }

  @Test
  void whereAllHaveRowsAllEncode() {
    Load decodes = new Load(3, false);
    Load both = new Load(9, true);
    assertThat(placement.encodes(4, decodes, List.of(decodes, both))).isEqualTo(4);
    assertThat(placement.encodes(4, decodes, List.of(decodes, decodes, both))).isEqualTo(2);
  }

  private static List<Integer> whoMayJoin(Placement placement, Integer... rows) {
    List<Load> all = Stream.of(rows).map(count -> new Load(count, false)).toList();
    return IntStream.range(0, rows.length)
        .filter(pool -> placement.joins(all.get(pool), all))
        .boxed()
        .toList();
  }
}
