package dev.deed.server.serving;

import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.value.EngineListener;
import dev.deed.watch.Watch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;

/** What is counted of one served model. Safe for use from many threads. */
final class ModelMeters implements EngineListener {
  private static final double[] ROWS = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256};
  private static final double[] STEP = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1
  };
  private static final double[] REQUEST = {
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300
  };

  private final MeterRegistry registry;
  private final String model;
  private final Timer queued;
  private final Timer encoded;
  private final Timer stepped;
  private final DistributionSummary rows;
  private final Timer firstToken;
  private final Timer laterToken;
  private final Timer request;
  private final Counter promptTokens;
  private final Counter generatedTokens;
  private final Counter layersRun;
  private final Counter layersPossible;
  private final Counter watched;
  private final Counter disagreements;
  private final Counter fallbacks;
  private final Consumer<String> log;
  private final Map<Integer, Counter> exits = new ConcurrentHashMap<>();

  ModelMeters(MeterRegistry registry, String model, Consumer<String> log) {
    this.registry = registry;
    this.model = model;
    this.log = log;
    queued = timer("deed.queue", "Time that requests waited for their rows", REQUEST);
    encoded = timer("deed.encode", "Time of an encoder pass of one or more inputs", REQUEST);
    stepped = timer("deed.decode.step", "Time of a decoder step of all rows", STEP);
    rows =
        DistributionSummary.builder("deed.batch.rows")
            .description("Rows of a decoder step")
            .tag("model", model)
            .serviceLevelObjectives(ROWS)
            .register(registry);
    firstToken =
        timer("gen_ai.server.time_to_first_token", "Time to the first token of answers", REQUEST);
    laterToken =
        timer("gen_ai.server.time_per_output_token", "Time for each token but the first", STEP);
    request =
        timer("gen_ai.server.request.duration", "Time of requests that were answered", REQUEST);
    String tokens = "Encoder positions and emitted tokens of answers";
    promptTokens = counter("deed.tokens", tokens, "kind", "prompt");
    generatedTokens = counter("deed.tokens", tokens, "kind", "generated");
    layersRun = counter("deed.layers.run", "Decoder layers that ran for a position");
    layersPossible =
        counter("deed.layers.possible", "Decoder layers that would have run at full depth");
    watched = counter("deed.watched", "Answers that were verified for the watch");
    disagreements =
        counter("deed.watched.disagreements", "Of these, answers that exits alone give otherwise");
    fallbacks = counter("deed.watched.fallbacks", "How often the watch fell back to full depth");
  }

  private Timer timer(String name, String about, double[] seconds) {
    return Timer.builder(name)
        .description(about)
        .tag("model", model)
        .serviceLevelObjectives(
            DoubleStream.of(seconds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toArray(Duration[]::new))
        .register(registry);
  }

  /** A counter of the model, with more labels by their names. */
  private Counter counter(String name, String about, String... labels) {
    Counter.Builder counter = Counter.builder(name).description(about).tag("model", model);
    return counter.tags(labels).register(registry);
  }

  @Override
  public void began(Duration waited) {
    queued.record(waited);
  }

  @Override
  public void encoded(int inputs, Duration time) {
    encoded.record(time);
  }

  @Override
  public void step(int count, Duration time) {
    stepped.record(time);
    rows.record(count);
  }

  /** An answer is whole. */
  void answered(Generation generation, int promptLength) {
    promptTokens.increment(promptLength);
    generation.sequences().forEach(sequence -> count(sequence.tokens()));
    layersRun.increment(generation.layersRun());
    layersPossible.increment(generation.layersPossible());
  }

  /** An answer ended before it was whole. Which layers ran for it is not known. */
  void emitted(List<Token> tokens, int promptLength) {
    promptTokens.increment(promptLength);
    count(tokens);
  }

  private void count(List<Token> tokens) {
    generatedTokens.increment(tokens.size());
    tokens.forEach(token -> exits.computeIfAbsent(token.exitLayer(), this::exit).increment());
  }

  /** Watched answers count. */
  void watched(Watch.Counted counted) {
    watched.increment(counted.watched());
    disagreements.increment(counted.disagreements());
  }

  /** All later answers are of full depth. */
  void fellBack(String why) {
    fallbacks.increment();
    log(why);
  }

  /** Tells something about the model in one line. */
  void log(String what) {
    log.accept("model " + model + ": " + what);
  }

  /** Samples of the folder are not shown. */
  void leftOut(List<String> why) {
    if (!why.isEmpty()) {
      String more = why.size() == 1 ? "" : " (and " + (why.size() - 1) + " more)";
      log("left out of its samples: " + why.getFirst() + more);
    }
  }

  private Counter exit(int layer) {
    String about = "Emitted tokens by the layer that emitted them";
    return counter("deed.exit.layer", about, "layer", Integer.toString(layer));
  }

  /**
   * How long an answer took.
   *
   * @param begin when the request came, of {@link System#nanoTime}
   * @param first when its first token came; 0: now, with the last
   * @param tokens of the answer that was told token by token
   */
  void recordTimes(long begin, long first, int tokens) {
    long now = System.nanoTime();
    long toFirst = (first == 0 ? now : first) - begin;
    firstToken.record(toFirst, TimeUnit.NANOSECONDS);
    request.record(now - begin, TimeUnit.NANOSECONDS);
    if (tokens > 1) {
      laterToken.record((now - begin - toFirst) / (tokens - 1), TimeUnit.NANOSECONDS);
    }
  }
}
