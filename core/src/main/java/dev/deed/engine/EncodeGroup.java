package dev.deed.engine;

import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.EncoderPass;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.List;

/** Requests that are encoded together, a piece of work at a time. Belongs to one thread. */
final class EncodeGroup implements AutoCloseable {
  private final Encoder encoder;
  final List<Entry> entries;

  /** Of all its requests. */
  final int priority;

  final boolean isLong;
  private final EncoderPass pass;
  private long nanos;

  /** A request and its input, which a request that is cancelled lets go of. */
  record Member(Entry entry, EncoderInput input) {}

  /**
   * @param mostRows that go through a layer together
   */
  EncodeGroup(Encoder encoder, List<Member> members, int mostRows) {
    this.encoder = encoder;
    this.entries = members.stream().map(Member::entry).toList();
    this.priority = entries.getFirst().priority();
    this.isLong = entries.getFirst().isLong;
    this.pass = encoder.begin(members.stream().map(Member::input).toList(), mostRows);
  }

  /** Time that the encoder has spent on it. */
  long nanos() {
    return nanos;
  }

  /**
   * Does the next piece of work; false when none was left.
   *
   * @param mostBlock rows of a layer in it, at most
   */
  boolean advance(int mostBlock, ThreadPool pool) {
    long begin = System.nanoTime();
    boolean done = pass.advance(mostBlock, pool);
    nanos += System.nanoTime() - begin;
    return done;
  }

  /**
   * The encoder output of a request, when no work is left.
   *
   * @throws InputException when its input does not fit
   */
  EncoderOutput output(int index, ThreadPool pool) {
    long begin = System.nanoTime();
    EncoderOutput output = encoder.output(pass, index, pool);
    nanos += System.nanoTime() - begin;
    return output;
  }

  @Override
  public void close() {
    pass.close();
  }
}
