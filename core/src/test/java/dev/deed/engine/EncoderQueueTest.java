package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchRequest;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EncoderQueueTest {
  private final EncoderQueue queue = new EncoderQueue();

  @Test
  void requestsWithOneInputWaitForTheFirst() {
    Entry first = added("page");
    Entry second = added("page");
    Entry other = added("other page");
    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.take()).isSameAs(first);
    Entry third = added("page");
    assertThat(queue.take()).isSameAs(other);
    assertThat(queue.size()).isZero();
    assertThat(queue.leave(first)).containsExactly(second, third);
    assertThat(queue.leave(other)).isEmpty();
    Entry late = added("page");
    assertThat(queue.leave(first)).isEmpty();
    assertThat(queue.take()).isSameAs(late);
  }

  @Test
  void whereTheFirstIsCancelledAnotherIsEncoded() {
    Entry first = added("page");
    Entry second = added("page");
    Entry third = added("page");
    queue.remove(second);
    queue.remove(first);
    assertThat(queue.take()).isSameAs(third);
    assertThat(queue.leave(third)).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void whoIsCancelledInTheEncoderLeavesItsOutputToOthers() {
    Entry first = added("page");
    queue.take();
    Entry second = added("page");
    queue.remove(first);
    assertThat(queue.size()).isZero();
    assertThat(queue.leave(first)).containsExactly(second);
  }

  @Test
  void withoutDigestsNothingIsShared() {
    Entry first = added(null);
    Entry second = added(null);
    assertThat(queue.take()).isSameAs(first);
    assertThat(queue.leave(first)).isEmpty();
    queue.remove(second);
    assertThat(queue.size()).isZero();
  }

  private Entry added(@Nullable String input) {
    Entry entry = new Entry(new NoWork());
    entry.digest = input == null ? null : new InputDigest(input);
    queue.add(entry);
    return entry;
  }

  /** Nothing of it is asked for. */
  private record NoWork() implements Work {
    @Override
    public Need need() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Need needFor(int source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public EncoderInput read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SearchRequest search(EncoderInput input, EncoderOutput output) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void reached(Phase phase) {}

    @Override
    public void ended(Outcome outcome) {}
  }
}
