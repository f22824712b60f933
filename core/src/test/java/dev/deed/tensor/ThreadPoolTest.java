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

class ThreadPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyPartRunsOnce(int threads) {
    try (ThreadPool pool = ThreadPool.of(threads)) {
      assertThat(pool.size()).isEqualTo(threads);
      for (int job = 0; job < 2000; job++) {
        int parts = job % 9;
        AtomicIntegerArray runs = new AtomicIntegerArray(9);
        pool.run(parts, runs::incrementAndGet);
        for (int part = 0; part < 9; part++) {
          assertThat(runs.get(part)).isEqualTo(part < parts ? 1 : 0);
        }
      }
    }
  }

  @Test
  void parkedWorkersWakeAgain() throws InterruptedException {
    try (ThreadPool pool = ThreadPool.of(2)) {
      for (int job = 0; job < 5; job++) {
        AtomicInteger sum = new AtomicInteger();
        pool.run(4, sum::addAndGet);
        assertThat(sum.get()).isEqualTo(6);
        Thread.sleep(2);
      }
    }
  }

  @Test
  void manyCallersShareOneTeam() throws InterruptedException {
    try (ThreadPool pool = ThreadPool.of(2)) {
      AtomicInteger sum = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int job = 0; job < 500; job++) {
                        pool.run(3, part -> sum.addAndGet(part + 1));
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
    try (ThreadPool pool = ThreadPool.of(2)) {
      AtomicInteger sum = new AtomicInteger();
      pool.run(4, outer -> pool.run(4, sum::addAndGet));
      assertThat(sum.get()).isEqualTo(24);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFailureReachesTheCallerAndTheTeamGoesOn(int threads) {
    try (ThreadPool pool = ThreadPool.of(threads)) {
      for (int failing = 0; failing < 6; failing++) {
        int bad = failing;
        assertThatThrownBy(
                () ->
                    pool.run(
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
      pool.run(4, sum::addAndGet);
      assertThat(sum.get()).isEqualTo(6);
    }
  }

  @Test
  void idleWorkersUseNoProcessor() throws InterruptedException {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    assumeThat(clock.isThreadCpuTimeSupported()).isTrue();
    Set<Long> workers = ConcurrentHashMap.newKeySet();
    try (ThreadPool pool = ThreadPool.of(3)) {
      pool.run(
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
    try (ThreadPool pool = ThreadPool.of(2)) {
      Thread.currentThread().interrupt();
      AtomicInteger sum = new AtomicInteger();
      pool.run(4, sum::addAndGet);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(sum.get()).isEqualTo(6);
    }
  }

  @Test
  void aClosedTeamRunsInTheCaller() {
    ThreadPool pool = ThreadPool.of(2);
    pool.close();
    List<Thread> threads = new ArrayList<>();
    pool.run(3, part -> threads.add(Thread.currentThread()));
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void aTeamNeedsAThread() {
    assertThatThrownBy(() -> ThreadPool.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ThreadPool.of(ThreadPool.MOST_THREADS + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
