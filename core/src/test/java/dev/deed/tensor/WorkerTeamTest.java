package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTeamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyPartRunsOnce(int threads) {
    try (WorkerTeam team = WorkerTeam.of(threads)) {
      assertThat(team.size()).isEqualTo(threads);
      for (int job = 0; job < 2000; job++) {
        int parts = job % 9;
        AtomicIntegerArray runs = new AtomicIntegerArray(9);
        team.run(parts, runs::incrementAndGet);
        for (int part = 0; part < 9; part++) {
          assertThat(runs.get(part)).isEqualTo(part < parts ? 1 : 0);
        }
      }
    }
  }

  @Test
  void parkedWorkersWakeAgain() throws InterruptedException {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      for (int job = 0; job < 5; job++) {
        AtomicInteger sum = new AtomicInteger();
        team.run(4, sum::addAndGet);
        assertThat(sum.get()).isEqualTo(6);
        Thread.sleep(2);
      }
    }
  }

  @Test
  void manyCallersShareOneTeam() throws InterruptedException {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      AtomicInteger sum = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int job = 0; job < 500; job++) {
                        team.run(3, part -> sum.addAndGet(part + 1));
                      }
                    }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(sum.get()).isEqualTo(3 * 500 * 6);
    }
  }

  @Test
  void aPartMayUseTheTeamAgain() {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      AtomicInteger sum = new AtomicInteger();
      team.run(4, outer -> team.run(4, sum::addAndGet));
      assertThat(sum.get()).isEqualTo(24);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFailureReachesTheCallerAndTheTeamGoesOn(int threads) {
    try (WorkerTeam team = WorkerTeam.of(threads)) {
      for (int failing = 0; failing < 6; failing++) {
        int bad = failing;
        assertThatThrownBy(
                () ->
                    team.run(
                        6,
                        part -> {
                          if (part == bad) {
                            throw new IllegalStateException("part " + part);
                          }
                        }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("part " + bad);
      }
      AtomicInteger sum = new AtomicInteger();
      team.run(4, sum::addAndGet);
      assertThat(sum.get()).isEqualTo(6);
    }
  }

  @Test
  void idleWorkersUseNoProcessor() throws InterruptedException {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    assumeThat(clock.isThreadCpuTimeSupported()).isTrue();
    Set<Long> workers = ConcurrentHashMap.newKeySet();
    try (WorkerTeam team = WorkerTeam.of(3)) {
      team.run(
          200,
          part -> {
            workers.add(Thread.currentThread().threadId());
            LockSupport.parkNanos(100_000);
          });
      workers.remove(Thread.currentThread().threadId());
      assertThat(workers).isNotEmpty();
      Thread.sleep(20); // far longer than they watch for the next job
      long before = workers.stream().mapToLong(clock::getThreadCpuTime).sum();
      Thread.sleep(300);
      long used = workers.stream().mapToLong(clock::getThreadCpuTime).sum() - before;
      assertThat(used).isLessThan(3_000_000);
    }
  }

  @Test
  void anInterruptIsKept() {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      Thread.currentThread().interrupt();
      AtomicInteger sum = new AtomicInteger();
      team.run(4, sum::addAndGet);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(sum.get()).isEqualTo(6);
    }
  }

  @Test
  void aClosedTeamRunsInTheCaller() {
    WorkerTeam team = WorkerTeam.of(2);
    team.close();
    List<Thread> threads = new ArrayList<>();
    team.run(3, part -> threads.add(Thread.currentThread()));
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void aTeamNeedsAThread() {
    assertThatThrownBy(() -> WorkerTeam.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WorkerTeam.of(WorkerTeam.MOST_THREADS + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
