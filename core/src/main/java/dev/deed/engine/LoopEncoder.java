package dev.deed.engine;

import dev.deed.engine.Work.Outcome;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.WorkerTeam;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a loop has in the encoder: a group of inputs that go through it together, and beside it one
 * long input, a block of rows at a time. The group goes first, so that nobody waits for somebody
 * else's long text; after each group the long input has its turn. A group that nobody waits for any
 * more is dropped. Belongs to the loop's thread, but for {@link #isFree}.
 */
final class LoopEncoder {
  /** Fewer rows leave the weights' way to the processor unused. */
  private static final int LEAST_ROWS = 64;

  private final RequestEngine engine;
  private final WorkerTeam team;
  private final long maxPause;
  private volatile @Nullable EncodeGroup group;
  private @Nullable EncodeGroup longOne;

  /** Whether a group has ended since the long input's last block. */
  private boolean longIsNext;

  /** Rows that run a layer together: fewer where that takes longer than answers may pause. */
  private int groupRows = Encoder.MOST_ROWS;

  LoopEncoder(RequestEngine engine, WorkerTeam team) {
    this.engine = engine;
    this.team = team;
    this.maxPause = engine.settings.maxPause().toNanos();
  }

  /** Whether a group may begin. Any thread may ask. */
  boolean isFree() {
    return group == null;
  }

  boolean hasLong() {
    return longOne != null;
  }

  boolean isEmpty() {
    return group == null && longOne == null;
  }

  /** Begins with inputs: one that is long, or some that are not. */
  void begin(List<EncodeGroup.Member> inputs) {
    try {
      EncodeGroup begun = new EncodeGroup(engine.encoder, inputs, groupRows);
      if (EncodeGroup.isLong(inputs.getFirst().input())) {
        longOne = begun;
      } else {
        group = begun;
      }
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
    if (next != null) {
      longIsNext &= next != longOne;
      advance(next, alone ? Encoder.MOST_BLOCK : groupRows);
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

  private @Nullable EncodeGroup nextGroup() {
    return longOne != null && (group == null || longIsNext) ? longOne : group;
  }

  /** Whose piece of work is the next. */
  List<Entry> next() {
    EncodeGroup next = nextGroup();
    return next == null ? List.of() : next.entries();
  }

  private void advance(EncodeGroup next, int mostBlock) {
    try {
      if (engine.isAbandoned(next.entries())) {
        remove(next);
      } else if (!next.advance(mostBlock, team)) {
        finish(next);
      }
    } catch (RuntimeException | Error e) {
      remove(next);
      next.entries().forEach(entry -> engine.failEncoding(entry, new Outcome.Failed(e)));
    }
  }

  private void remove(EncodeGroup gone) {
    if (gone == longOne) {
      longOne = null;
    } else {
      group = null;
      longIsNext = true;
    }
    gone.close();
  }

  private void finish(EncodeGroup done) {
    List<Entry> entries = done.entries();
    List<@Nullable EncoderOutput> outputs = new ArrayList<>();
    long positions = 0;
    for (int i = 0; i < entries.size(); i++) {
      try {
        EncoderOutput output = done.output(i, team);
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
    List<EncodeGroup> all = Stream.of(group, longOne).filter(Objects::nonNull).toList();
    for (EncodeGroup one : all) {
      remove(one);
      one.entries().forEach(entry -> engine.failEncoding(entry, new Outcome.Cancelled()));
    }
  }
}
