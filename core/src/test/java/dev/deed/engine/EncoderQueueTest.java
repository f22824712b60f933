package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.SearchRequest;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.value.Client;
import dev.deed.value.Phase;
import java.util.List;
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
    assertThat(entries(queue.take(4, true))).containsExactly(longOne);
    assertThat(entries(queue.take(4, false))).containsExactly(small, smallToo);
    assertThat(queue.take(4, false)).isEmpty();
    assertThat(queue.size()).isEqualTo(1);
    Entry late = added(null);
    assertThat(entries(queue.take(4, true))).containsExactly(longToo);
    assertThat(entries(queue.take(4, true))).containsExactly(late);
  }

  private static List<Entry> entries(List<EncodeGroup.Member> taken) {
    return taken.stream().map(EncodeGroup.Member::entry).toList();
  }

  private Entry take() {
    return queue.take(1, true).getFirst().entry();
  }

  private Entry added(@Nullable String input) {
    return added(input, 1);
  }

  private Entry added(@Nullable String input, int tokens) {
    Entry entry = new Entry(new NoWork());
    entry.read(EncoderInput.ofTokens(new int[tokens]));
    entry.key = input == null ? null : new EncodedKey(new InputDigest(input), EncodedKey.WHOLE);
    queue.add(entry);
    return entry;
  }

  /** Nothing is asked of it but who it is. */
  private record NoWork() implements Work {
    @Override
    public Client client() {
      return Client.ANYONE;
    }

    @Override
    public Need need() {
      return new Need(1, 0);
    }

    @Override
    public Need needFor(int source) {
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
