package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchRequest;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.value.Client;
import dev.deed.value.Phase;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EncoderQueueTest {
  private static final Client BATCH = new Client("batch", 1, -1000, 16);

  private final EncoderQueue queue = new EncoderQueue();

  @Test
  void requestsWithOneInputWaitForTheFirst() {
    Entry first = added("page");
    Entry second = added("page");
    Entry other = added("other page");
    assertThat(queue.size()).isEqualTo(2);
    assertThat(take()).isSameAs(first);
    Entry third = added("page");
    assertThat(take()).isSameAs(other);
    assertThat(queue.size()).isZero();
    assertThat(queue.leave(first)).containsExactly(second, third);
    assertThat(queue.leave(other)).isEmpty();
    Entry late = added("page");
    assertThat(queue.leave(first)).isEmpty();
    assertThat(take()).isSameAs(late);
  }

  @Test
  void whereTheFirstIsCancelledAnotherIsEncoded() {
    Entry first = added("page");
    Entry second = added("page");
    Entry third = added("page");
    queue.remove(second);
    queue.remove(first);
    assertThat(take()).isSameAs(third);
    assertThat(queue.leave(third)).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void whoIsCancelledInTheEncoderLeavesItsOutputToOthers() {
    Entry first = added("page");
    assertThat(take()).isSameAs(first);
    Entry second = added("page");
    queue.remove(first);
    assertThat(queue.size()).isZero();
    assertThat(queue.leave(first)).containsExactly(second);
  }

  @Test
  void withoutKeysNothingIsShared() {
    Entry first = added(null);
    Entry second = added(null);
    assertThat(take()).isSameAs(first);
    assertThat(queue.leave(first)).isEmpty();
    queue.remove(second);
    assertThat(queue.size()).isZero();
  }

  /** Long texts keep their places where one of them is in the encoder; small ones go by. */
  @Test
  void smallInputsOvertakeLongOnes() {
    Entry longOne = added(null, 1000);
    Entry longToo = added(null, 1000);
    Entry small = added(null);
    Entry smallToo = added(null);
    assertThat(takeAll(_ -> true)).containsExactly(longOne);
    assertThat(takeAll(entry -> !entry.isLong)).containsExactly(small, smallToo);
    assertThat(takeAll(entry -> !entry.isLong)).isEmpty();
    assertThat(queue.size()).isEqualTo(1);
    Entry late = added(null);
    assertThat(takeAll(_ -> true)).containsExactly(longToo);
    assertThat(takeAll(_ -> true)).containsExactly(late);
  }

  /** One of a batch, whose input another asks about, has its turn later all the same. */
  @Test
  void thoseOfTheHighestPriorityThatMayBeginAreEncodedTogether() {
    Entry batch = added("page", 1, BATCH);
    Entry longOne = added(null, 1000);
    Entry other = added("page");
    Entry second = added(null);
    assertThat(takeAll(entry -> !entry.isLong)).containsExactly(other, second);
    assertThat(takeAll(entry -> entry.client == BATCH)).containsExactly(batch);
    assertThat(queue.leave(other)).isEmpty();
    assertThat(takeAll(_ -> true)).containsExactly(longOne);
    assertThat(queue.size()).isZero();
  }

  private List<Entry> takeAll(Predicate<Entry> may) {
    List<Entry> next = queue.next(may);
    assertThat(queue.take(next).stream().map(EncodeGroup.Member::entry)).isEqualTo(next);
    return next;
  }

  private Entry take() {
    Entry first = queue.next(_ -> true).getFirst();
    return queue.take(List.of(first)).getFirst().entry();
  }

  private Entry added(@Nullable String input) {
    return added(input, 1);
  }

  private Entry added(@Nullable String input, int tokens) {
    return added(input, tokens, Client.ANYONE);
  }

  private Entry added(@Nullable String input, int tokens, Client client) {
    Entry entry = new Entry(new NoWork(client));
    entry.read(EncoderInput.ofTokens(new int[tokens]));
    entry.key = input == null ? null : new InputDigest(input);
    queue.add(entry);
    return entry;
  }

  /** Nothing is asked of it but who it is. */
  private record NoWork(Client client) implements Work {
    @Override
    public Resources need() {
      return new Resources(1, 0);
    }

    @Override
    public Resources needFor(int source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public EncoderInput read(boolean quickly) {
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
