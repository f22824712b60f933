package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.decode.ContinuousBatch;
import dev.deed.decode.ExitModel;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and values take no more than was computed, however long an answer gets. */
final class ResourcesTest {
  private static final ExitModel MODEL = ExitModel.open("t5-v1_1");

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 33, 63, 64, 65, 80, 100, 129, 257, 300})
  void whatIsComputedIsEnough(int tokens) {
    try (ThreadPool pool = ThreadPool.of(1)) {
      EncoderOutput encoded = MODEL.encode(0, pool);
      ArrayPool floats = new ArrayPool();
      long most = 0;
      try (ArrayPool.Lease blocks = MODEL.decoder().arrays().lease();
          ArrayPool.Lease arrays = floats.lease()) {
        ContinuousBatch batch = new ContinuousBatch(MODEL.decoder(), blocks, pool);
        batch.join(
            new SearchRequest(
                encoded,
                List.of(MODEL.start()),
                new StoppingCriteria(Set.of(), tokens),
                ExitRule.full(MODEL.decoder().layerCount()),
                List.of(),
                new SearchStrategy.Greedy(),
                StepListener.none()),
            arrays);
        while (!batch.isEmpty()) {
          batch.step();
        }
        most = floats.taken() * Float.BYTES;
      }
      Resources need = Resources.of(MODEL.decoder(), 1, 1 + tokens, encoded.positions());
      assertThat(most).isPositive().isLessThanOrEqualTo(need.bytes());
      assertThat(need.bytes()).isLessThan(8 * most);
    }
  }
}
