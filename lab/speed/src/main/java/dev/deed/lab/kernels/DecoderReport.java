package dev.deed.lab.kernels;

import com.sun.management.ThreadMXBean;
import dev.deed.decode.BatchSearch;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.tensor.ThreadPool;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Encoding, and greedy decoding at batch 1 at full depth and with exits, of one model.
 *
 * @param name of the model in the table
 * @param tokens to decode
 * @param encoding the encoder with its input
 */
record DecoderReport(String name, RandomModel model, int tokens, Work<EncoderOutput> encoding) {
  private static final int ROUNDS = 9;
  private static final int SAMPLES = 500;

  /** Something to time, on a pool. */
  interface Work<T> {
    T on(ThreadPool pool);
  }

  static void write(StringBuilder page) throws InterruptedException {
    page.append(
        """
        | model | work | 1 thread | speed-up of 2 threads | outside kernels | allocated |
        |---|---|---|---|---|---|
        """);
    RandomModel screenshots = RandomModel.screenshots();
    EncoderInput picture =
        EncoderInput.of(Part.PIXELS, Values.of(RandomArrays.normal(3 * 256 * 256, 1), 3, 256, 256));
    new DecoderReport(
            "screenshots", screenshots, 60, pool -> screenshots.encoder().encode(picture, pool))
        .rows(page);
    RandomModel base = RandomModel.base();
    EncoderInput tokens = EncoderInput.ofTokens(IntStream.range(0, 512).toArray());
    new DecoderReport("text", base, 20, pool -> base.encoder().encode(tokens, pool)).rows(page);
  }

  private void rows(StringBuilder page) throws InterruptedException {
    List<Integer> layers = IntStream.rangeClosed(1, model.spec().decoderLayers()).boxed().toList();
    row(page, "encode", encoding);
    EncoderOutput encoded = encoding.on(ThreadPool.of(1));
    decode(page, "full depth", encoded, ExitRule.full(layers.size()));
    decode(page, "exit at layer 1", encoded, ExitRule.atLayer(1));
    decode(
        page,
        "`max_prob` asked at every layer, no exit",
        encoded,
        ExitRule.threshold(Confidence.MAX_PROB, 2, layers));
  }

  private void decode(StringBuilder page, String work, EncoderOutput encoded, ExitRule rule)
      throws InterruptedException {
    List<SearchRequest> requests =
        List.of(
            new SearchRequest(
                encoded,
                List.of(2),
                new StoppingCriteria(Set.of(), tokens),
                rule,
                List.of(),
                new SearchStrategy.Greedy(),
                StepListener.none()));
    row(page, work, pool -> new BatchSearch(model.decoder(), pool).run(requests));
  }

  private void row(StringBuilder page, String work, Work<?> task) throws InterruptedException {
    try (ThreadPool one = ThreadPool.of(1);
        ThreadPool two = ThreadPool.of(2)) {
      Rounds rounds = Rounds.passing(ROUNDS, List.of(() -> task.on(one), () -> task.on(two)));
      Rounds alone = Rounds.alone(ROUNDS, List.of(() -> task.on(one)));
      KernelSamples samples = KernelSamples.of(SAMPLES, () -> task.on(one));
      page.append(
          "| %s | %s | %.2f ms | %.2f (%.2f … %.2f) | %.0f %% of %d samples | %.0f KB |%n"
              .formatted(
                  name,
                  work,
                  alone.median(0) / 1e6,
                  rounds.speedUp(1, 0, 0.5),
                  rounds.speedUp(1, 0, 0),
                  rounds.speedUp(1, 0, 1),
                  100 * samples.shareOutside(),
                  samples.count(),
                  allocated(() -> task.on(one)) / 1e3));
    }
  }

  private static double allocated(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
