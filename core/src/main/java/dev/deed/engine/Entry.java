package dev.deed.engine;

import dev.deed.decode.ContinuousBatch;
import dev.deed.engine.Work.Outcome;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.tensor.ArrayPool;
import dev.deed.value.Client;
import dev.deed.value.Timing;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request on its way through the engine, whose lock guards it. */
final class Entry {
  enum State {
    NEW,
    /** A thread of the pool reads it. */
    READING,
    /** It waits for the encoder, is in it, or waits for another with the same input. */
    READ,
    /** It waits for rows, or for the next step. */
    ENCODED,
    DECODING,
    ENDED
  }

  final Work work;
  final Client client;
  final int rows;

  /** The last of its loop's steps that it took part in. */
  long lastStep;

  final long submitted = System.nanoTime();
  State state = State.NEW;

  /** Why it is to leave its batch, or not to enter one; null while it stays. */
  @Nullable Outcome reasonToLeave;

  private @Nullable EncoderInput input;

  /** Whether its text is too long to be encoded with others: it goes alone, a block at a time. */
  boolean isLong;

  @Nullable InputDigest key;
  @Nullable EncoderOutput output;
  long reading;
  long encoding;
  long joined;
  ContinuousBatch.@Nullable Member member;
  ArrayPool.@Nullable Lease arrays;

  Entry(Work work) {
    this.work = work;
    this.client = work.client();
    this.rows = work.need().rows();
  }

  void read(EncoderInput made) {
    input = made;
    int[] tokens = made.tokenIds();
    isLong = tokens != null && tokens.length > Encoder.MOST_ROWS;
  }

  EncoderInput input() {
    return Objects.requireNonNull(input);
  }

  int priority() {
    return client.priority();
  }

  EncoderOutput output() {
    return Objects.requireNonNull(output);
  }

  Timing timing() {
    return new Timing(reading / 1e6, encoding / 1e6, (System.nanoTime() - joined) / 1e6);
  }

  /** Lets go of what is large. */
  void free() {
    input = null;
    output = null;
    member = null;
    if (arrays != null) {
      arrays.close();
      arrays = null;
    }
  }
}
