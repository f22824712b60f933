package dev.deed.engine;

import static java.util.Comparator.comparingInt;

import dev.deed.engine.Work.Outcome;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What a loop has in the encoder: groups of inputs that go through it together, and long inputs, a
 * block of rows at a time; of a priority one of each kind at most. The highest priority goes first,
 * and its group before its long input, so that nobody waits for somebody else's long text; now and
 * then one of the others has a turn. A group that nobody waits for any more is dropped. Belongs to
 * the loop's thread, but for {@link #takes}.
 */
final class LoopEncoder {
  /** Fewer rows leave the weights' way to the processor unused. */
  private static final int LEAST_ROWS = 64;

  /** Pieces of work of which one is another's than the first one's. */
  private static final int TURNS = 16;

  private static final Comparator<EncodeGroup> TURN =
      comparingInt((EncodeGroup one) -> -one.priority).thenComparing(one -> one.isLong);

  private final RequestEngine engine;
  private final ThreadPool pool;
  private final long maxPause;
  private final List<EncodeGroup> groups = new CopyOnWriteArrayList<>();
  private long turns;

  /** Rows that run a layer together: fewer where that takes longer than answers may pause. */
  private int groupRows = Encoder.MOST_ROWS;

  LoopEncoder(RequestEngine engine, ThreadPool pool) {
    this.engine = engine;
    this.pool = pool;
    this.maxPause = engine.settings.maxPause().toNanos();
  }

  /** Whether a request may begin, before all that are in it or beside long ones. */
  boolean takes(Entry entry) {
    return groups.stream()
        .allMatch(one -> one.priority < entry.priority() || (one.isLong && !entry.isLong));
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Begins with inputs: one that is long, or some that are not. */
  void begin(List<EncodeGroup.Member> inputs) {
    try {
      groups.add(new EncodeGroup(engine.encoder, inputs, groupRows));
      groups.sort(TURN);
    } catch (RuntimeException | Error e) {
      inputs.forEach(input -> engine.failEncoding(input.entry(), new Outcome.Failed(e)));
    }
  }

  /**
   * Does the next piece of work.
   *
   * @param alone whether no answer pauses for it
   * @return the time that it took, in nanoseconds
   */
  long advance(boolean alone) {
    long begin = System.nanoTime();
    EncodeGroup next = nextGroup();
    turns++;
    try {
      if (engine.isAbandoned(next.entries)) {
        remove(next);
      } else if (!next.advance(alone ? Encoder.MOST_BLOCK : groupRows, pool)) {
        finish(next);
      }
    } catch (RuntimeException | Error e) {
      remove(next);
      next.entries.forEach(entry -> engine.failEncoding(entry, new Outcome.Failed(e)));
    }
    long nanos = System.nanoTime() - begin;
    // Fronts and ends of groups take hardly any time and say nothing of layers.
    if (nanos > maxPause) {
      groupRows = Math.max(LEAST_ROWS, groupRows / 2);
    } else if (nanos > maxPause / 16 && nanos < maxPause / 4) {
      groupRows = Math.min(Encoder.MOST_ROWS, groupRows * 2);
    }
    return nanos;
  }

  private EncodeGroup nextGroup() {
    int others = groups.size() - 1;
    return groups.get(others > 0 && turns % TURNS == 0 ? 1 + (int) (turns / TURNS % others) : 0);
  }

  /** Whose piece of work is the next. */
  List<Entry> next() {
    return groups.isEmpty() ? List.of() : nextGroup().entries;
  }

  private void remove(EncodeGroup gone) {
    groups.remove(gone);
    gone.close();
  }

  private void finish(EncodeGroup done) {
    List<Entry> entries = done.entries;
    List<@Nullable EncoderOutput> outputs = new ArrayList<>();
    long positions = 0;
    for (int i = 0; i < entries.size(); i++) {
      try {
        EncoderOutput output = done.output(i, pool);
        positions += output.positions();
        outputs.add(output);
      } catch (InputException e) {
        outputs.add(null);
        engine.failEncoding(entries.get(i), new Outcome.Refused(e));
      }
    }
    remove(done);
    engine.listener.encoded(entries.size(), Duration.ofNanos(done.nanos()));
    for (int i = 0; i < entries.size(); i++) {
      EncoderOutput output = outputs.get(i);
      if (output != null) {
        long share = done.nanos() * output.positions() / positions;
        engine.finishEncoding(entries.get(i), output, share);
      }
    }
  }

  void endAll() {
    for (EncodeGroup one : groups) {
      remove(one);
      one.entries.forEach(entry -> engine.failEncoding(entry, new Outcome.Cancelled()));
    }
  }
}
