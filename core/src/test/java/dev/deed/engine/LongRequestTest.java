package dev.deed.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.ExitModel;
import dev.deed.engine.Work.Outcome;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.Client;
import dev.deed.value.EngineListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Requests that would take minutes hold nobody up, and end when they are told to. */
final class LongRequestTest {
  private static final ExitModel MODEL = ExitModel.open("t5-v1_1");
  private static final int LENGTH = 40_000;

  @Test
  void smallInputsAreEncodedBesideALongOne() throws Exception {
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool);
      Asked longOne = longOne(LENGTH);
      RequestEngine.Handle handle = Objects.requireNonNull(engine.submit(longOne));
      assertThat(longOne.isRead.await(60, SECONDS)).isTrue();
      checkBeside(engine, longOne, handle);
    }
  }

  @Test
  void stepsOfOthersAreDecodedBesideALongPrefix() throws Exception {
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool);
      Asked longOne =
          new Asked(MODEL, MODEL.inputs().getFirst(), Collections.nCopies(LENGTH, 5), 4);
      RequestEngine.Handle handle = Objects.requireNonNull(engine.submit(longOne));
      assertThat(longOne.isDecoded.await(60, SECONDS)).isTrue();
      checkBeside(engine, longOne, handle);
    }
  }

  /** What a batch has in the encoder gives way to a group, and to a long text, of another's. */
  @Test
  void lowerPrioritiesGiveWayInTheEncoder() throws Exception {
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool);
      Asked batch = longOne(LENGTH);
      batch.client = new Client("batch", 1, -1000, 8);
      engine.submit(batch);
      assertThat(batch.isRead.await(60, SECONDS)).isTrue();
      for (Asked other : List.of(longOne(600), new Asked(MODEL, 0, 4), longOne(700))) {
        engine.submit(other);
        assertThat(other.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Decoded.class);
      }
      assertThat(batch.outcome).isNotDone();
      engine.close();
      assertThat(batch.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Cancelled.class);
    }
  }

  /** Whatever the highest priority has in it. */
  @Test
  void lowerPrioritiesHaveATurnOfSixteenInTheEncoder() {
    try (ThreadPool pool = ThreadPool.of(1)) {
      RequestEngine engine = engine(pool);
      LoopEncoder encoder = new LoopEncoder(engine, ThreadPool.ALONE);
      Entry other = read(Client.ANYONE);
      Entry batch = read(new Client("batch", 1, -1000, 8));
      for (Entry entry : List.of(batch, other)) {
        assertThat(encoder.takes(entry)).isTrue();
        encoder.begin(List.of(new EncodeGroup.Member(entry, entry.input())));
        assertThat(encoder.takes(entry)).isFalse();
      }
      List<Entry> turns = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        turns.addAll(encoder.next());
        encoder.advance(false);
      }
      assertThat(turns).containsOnly(batch, other);
      assertThat(turns).filteredOn(entry -> entry == batch).hasSize(3);
      encoder.endAll();
      assertThat(encoder.next()).isEmpty();
      engine.close();
    }
  }

  private static Entry read(Client client) {
    Asked asked = longOne(LENGTH);
    asked.client = client;
    Entry entry = new Entry(asked);
    entry.read(Objects.requireNonNull(asked.read(true)));
    return entry;
  }

  private static Asked longOne(int length) {
    return new Asked(MODEL, EncoderInput.ofTokens(new int[length]), List.of(MODEL.start()), 4);
  }

  /**
   * Small requests are answered, the long one ends when it is cancelled, the engine when closed.
   */
  private static void checkBeside(RequestEngine engine, Asked longOne, RequestEngine.Handle handle)
      throws Exception {
    for (int i = 0; i < 3; i++) {
      Asked small = new Asked(MODEL, i, 4);
      engine.submit(small);
      assertThat(small.outcome.get(30, SECONDS)).isInstanceOf(Outcome.Decoded.class);
    }
    assertThat(longOne.outcome).isNotDone();
    handle.cancel();
    assertThat(longOne.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(engine.status().running()).isZero();

    Asked another = longOne(LENGTH);
    engine.submit(another);
    assertThat(another.isRead.await(60, SECONDS)).isTrue();
    long begin = System.nanoTime();
    engine.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
    assertThat(another.outcome.get(60, SECONDS)).isInstanceOf(Outcome.Cancelled.class);
  }

  private static RequestEngine engine(ThreadPool pool) {
    return new RequestEngine(
        MODEL.decoder(),
        MODEL.encoder(),
        List.of(pool),
        new EngineSettings(
            new Admission.Limits(8, 8, Long.MAX_VALUE / 2, 8),
            Duration.ofMillis(50),
            8,
            1 << 20,
            1,
            1),
        new EngineListener() {
          @Override
          public void began(Duration waited) {}

          @Override
          public void encoded(int inputs, Duration time) {}

          @Override
          public void step(int rows, Duration time) {}
        });
  }
}
