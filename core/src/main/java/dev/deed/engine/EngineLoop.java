package dev.deed.engine;

import dev.deed.decode.ContinuousBatch;
import dev.deed.engine.Work.Outcome;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import dev.deed.value.Phase;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pool at work: it takes what the engine has for it, encodes pieces of inputs between the steps
 * of its batch, and gives back what is done.
 */
final class EngineLoop implements Runnable {
  /** Inputs of pictures are large. */
  static final int ENCODED_TOGETHER = 16;

  /** Before it is tried again to tell others of a failure. */
  private static final long PAUSE_NANOS = 10_000_000;

  private final RequestEngine engine;
  private final ThreadPool pool;
  private final Pacing pacing;
  private final FairScheduling shares;
  final LoopEncoder encoder;
  private ArrayPool.Lease workspace;
  private final Map<ContinuousBatch.Member, Entry> members = new LinkedHashMap<>();
  private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
  private ContinuousBatch batch;
  private volatile int rows;

  /** Why all in the batch fail, which some may not have been told yet; null most of the time. */
  private @Nullable Throwable failure;

  /** Those that have joined since the last step. */
  private int joiners;

  /**
   * What it does next.
   *
   * @param joining its batch
   * @param encoding together, where it has nothing in the encoder
   */
  record Turn(List<Entry> joining, List<EncodeGroup.Member> encoding) {}

  EngineLoop(RequestEngine engine, ThreadPool pool) {
    this.engine = engine;
    this.pool = pool;
    this.pacing = new Pacing(engine.settings.maxPause(), engine.settings.saturation());
    this.shares =
        new FairScheduling(Math.min(engine.settings.saturation(), engine.settings.limits().rows()));
    this.encoder = new LoopEncoder(engine, pool);
    this.workspace = engine.decoder.arrays().lease();
    this.batch = newBatch();
  }

  private ContinuousBatch newBatch() {
    return new ContinuousBatch(engine.decoder, workspace, pool);
  }

  /** Before a request is encoded, or joins. */
  Placement.Load load(Entry entry) {
    return new Placement.Load(rows, !encoder.takes(entry));
  }

  /** So many more rows are about to join. */
  void expect(int more) {
    rows += more;
  }

  /** How many requests may join before the next step. */
  int mostJoining() {
    return Math.max(1, pacing.mostJoining(members.isEmpty() ? 0 : rows));
  }

  boolean isBusy() {
    return !encoder.isEmpty() || !members.isEmpty();
  }

  @Override
  public void run() {
    try {
      while (goesOn()) {}
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the engine", e);
    } finally {
      try {
        endAll();
      } finally {
        over.complete(null);
      }
    }
  }

  /**
   * Takes a turn; false when the engine is closed. It outlives whatever a turn throws: a loop that
   * memory has failed goes on when there is some again.
   */
  private boolean goesOn() throws InterruptedException {
    try {
      if (failure != null) {
        failAll(failure);
      }
      Turn turn = engine.next(this);
      if (turn == null) {
        return false;
      }
      take(turn);
      engine.progressed();
    } catch (RuntimeException | Error e) {
      failure = failure == null ? e : failure;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  private void take(Turn turn) {
    try {
      turn.joining().forEach(this::join);
      if (!turn.encoding().isEmpty()) {
        encoder.begin(turn.encoding());
      }
      leaveBatch();
      work();
    } catch (RuntimeException | Error e) {
      // A listener of the engine has failed it. Those that come later are not to wait for ever.
      failAll(e);
    }
  }

  private void work() {
    rows = batch.rows();
    if (!encoder.isEmpty() && pacing.encodesNext(shares.weighed(encoder.next(), rows))) {
      pacing.encoded(encoder.advance(rows == 0));
    } else if (rows > 0) {
      step();
    }
  }

  private void join(Entry entry) {
    try {
      ArrayPool.Lease arrays = engine.decoder.arrays().lease();
      entry.arrays = arrays;
      ContinuousBatch.Member member =
          batch.join(entry.work.search(entry.input(), entry.output()), arrays);
      entry.member = member;
      members.put(member, entry);
      joiners++;
      entry.work.reached(Phase.DECODING);
    } catch (InputException e) {
      engine.end(entry, new Outcome.Refused(e));
    } catch (RuntimeException | Error e) {
      engine.end(entry, new Outcome.Failed(e));
    }
  }

  private void leaveBatch() {
    for (Entry entry : List.copyOf(members.values())) {
      Outcome why = engine.reasonToLeave(entry);
      if (why != null) {
        leave(entry);
        engine.end(entry, why);
      }
    }
  }

  private void leave(Entry entry) {
    ContinuousBatch.Member member = entry.member;
    if (member != null) {
      batch.leave(member);
      members.remove(member);
    }
  }

  private void step() {
    List<ContinuousBatch.Member> taking =
        shares.next(members.values(), encoder.next()).stream()
            .flatMap(one -> Stream.ofNullable(one.member))
            .toList();
    int size = taking.stream().mapToInt(ContinuousBatch.Member::rows).sum();
    long begin = System.nanoTime();
    List<ContinuousBatch.Member> left;
    try {
      left = batch.step(taking);
    } catch (RuntimeException | Error e) {
      failAll(e);
      return;
    }
    long nanos = System.nanoTime() - begin;
    pacing.stepped(nanos, joiners);
    joiners = 0;
    engine.listener.step(size, Duration.ofNanos(nanos));
    for (ContinuousBatch.Member member : left) {
      Entry entry = members.remove(member);
      if (entry != null) {
        goOnOrEnd(entry, decoded(member, entry));
      }
    }
    rows = batch.rows();
  }

  private void goOnOrEnd(Entry entry, Outcome outcome) {
    ArrayPool.Lease arrays = entry.arrays;
    if (arrays != null && entry.work.goesOn(outcome)) {
      arrays.close();
      join(entry);
    } else {
      engine.end(entry, outcome);
    }
  }

  /** What was found; making an answer of it may fail that one alone. */
  private static Outcome decoded(ContinuousBatch.Member member, Entry entry) {
    try {
      return new Outcome.Decoded(member.outcome(), entry.timing());
    } catch (RuntimeException | Error e) {
      return new Outcome.Failed(e);
    }
  }

  /** A step that threw leaves the states of its rows unknown. Where it throws, it is done again. */
  private void failAll(Throwable cause) {
    failure = cause;
    Outcome failed = new Outcome.Failed(cause);
    workspace.close();
    for (Iterator<Entry> left = members.values().iterator(); left.hasNext(); left.remove()) {
      engine.end(left.next(), failed);
    }
    workspace = engine.decoder.arrays().lease();
    batch = newBatch();
    rows = 0;
    failure = null;
  }

  private void endAll() {
    encoder.endAll();
    for (Entry entry : List.copyOf(members.values())) {
      leave(entry);
      engine.end(entry, new Outcome.Cancelled());
    }
    workspace.close();
  }

  /** Waits for its end, once the engine is closed. An interrupt does not end the wait. */
  void awaitEnd() {
    over.join();
  }
}
