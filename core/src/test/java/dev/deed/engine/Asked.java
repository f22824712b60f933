package dev.deed.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.ExitModel;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.value.Client;
import dev.deed.value.Phase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A request for some tokens about an input, at full depth. */
final class Asked implements Work {
  final CountDownLatch isRead = new CountDownLatch(1);
  final CountDownLatch isDecoded = new CountDownLatch(1);
  final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  volatile Runnable onDecoding = () -> {};
  volatile Runnable onEnd = () -> {};

  /** Until then its input is read; null for one that is read at once. */
  volatile @Nullable CountDownLatch slow;

  SearchStrategy strategy = new SearchStrategy.Greedy();
  StepListener listener = StepListener.none();
  Client client = Client.ANYONE;
  private final ExitModel model;
  private final EncoderInput input;
  private final List<Integer> prefix;
  private final int tokens;

  /** About one of the model's inputs. */
  Asked(ExitModel model, int input, int tokens) {
    this(model, model.inputs().get(input), List.of(model.start()), tokens);
  }

  Asked(ExitModel model, EncoderInput input, List<Integer> prefix, int tokens) {
    this.model = model;
    this.input = input;
    this.prefix = prefix;
    this.tokens = tokens;
  }

  @Override
  public Client client() {
    return client;
  }

  @Override
  public Resources need() {
    return needFor(64);
  }

  @Override
  public Resources needFor(int source) {
    return Resources.of(model.decoder(), strategy.rows(), prefix.size() + tokens, source);
  }

  @Override
  public @Nullable EncoderInput read(boolean quickly) {
    CountDownLatch until = slow;
    if (until != null) {
      if (quickly) {
        return null;
      }
      try {
        assertThat(until.await(60, SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    isRead.countDown();
    return input;
  }

  @Override
  public SearchRequest search(EncoderInput made, EncoderOutput output) {
    return new SearchRequest(
        output,
        prefix,
        new StoppingCriteria(Set.of(), tokens),
        ExitRule.full(model.decoder().layerCount()),
        List.of(),
        strategy,
        listener);
  }

  @Override
  public void reached(Phase phase) {
    if (phase == Phase.DECODING) {
      isDecoded.countDown();
      onDecoding.run();
    }
  }

  @Override
  public void ended(Outcome how) {
    outcome.complete(how);
    onEnd.run();
  }
}
