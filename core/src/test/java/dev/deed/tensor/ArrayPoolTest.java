package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ArrayPoolTest {
  private final ArrayPool pool = new ArrayPool();

  @Test
  void arraysComeBackWhenTheLeaseEnds() {
    float[] first;
    try (ArrayPool.Lease lease = pool.lease()) {
      first = lease.apply(1000);
      assertThat(lease.apply(1000)).isNotSameAs(first);
      try (ArrayPool.Lease beside = pool.lease()) {
        assertThat(beside.apply(1000)).isNotSameAs(first);
      }
    }
    try (ArrayPool.Lease lease = pool.lease()) {
      float[] second = lease.apply(1000);
      float[] third = lease.apply(1000);
      assertThat(second).isNotSameAs(third);
      assertThat(second == first || third == first || lease.apply(1000) == first).isTrue();
    }
  }

  @Test
  void arraysAreLongEnoughAndNotMuchLonger() {
    float[] large;
    float[] larger;
    try (ArrayPool.Lease lease = pool.lease()) {
      large = lease.apply(2000);
      larger = lease.apply(2100);
    }
    try (ArrayPool.Lease lease = pool.lease()) {
      assertThat(lease.apply(900)).hasSize(900);
      assertThat(lease.apply(1990)).isSameAs(large);
      assertThat(lease.apply(1990)).isSameAs(larger);
      assertThat(lease.apply(1990)).hasSize(1990);
      assertThat(lease.apply(0)).isEmpty();
    }
  }

  @Test
  void aLeaseThatEndedGivesNothingOfThePool() {
    ArrayPool.Lease ended = pool.lease();
    float[] array = ended.apply(1000);
    ended.close();
    ended.close();
    try (ArrayPool.Lease lease = pool.lease()) {
      assertThat(lease.apply(1000)).isSameAs(array);
      assertThat(lease.apply(1000)).isNotSameAs(array);
    }
  }

  /** Each thread finds in its arrays what it wrote there. */
  @Test
  void threadsNeverShareAnArray() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int task = 1; task <= 4; task++) {
      float mark = task;
      tasks.add(() -> keepsItsMark(mark));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> kept : threads.invokeAll(tasks)) {
        assertThat(kept.get()).isTrue();
      }
    }
  }

  private boolean keepsItsMark(float mark) {
    for (int round = 0; round < 500; round++) {
      try (ArrayPool.Lease lease = pool.lease()) {
        List<float[]> mine = List.of(lease.apply(300), lease.apply(400), lease.apply(300));
        mine.forEach(array -> array[0] = mark);
        Thread.onSpinWait();
        if (mine.stream().anyMatch(array -> array[0] != mark)) {
          return false;
        }
      }
    }
    return true;
  }
}
