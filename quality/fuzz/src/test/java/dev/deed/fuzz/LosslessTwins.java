package dev.deed.fuzz;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.OpenOptions;
import dev.deed.OpenOptions.Screening;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.tensor.kernel.VectorLanes;
import dev.deed.value.Result;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * Lossless exits of models of chance beside full depth: alone, together, and in flight under load,
 * tokens and log-probabilities are the same to the bit. A program, so that each run has the vectors
 * and libraries that its JVM is started with.
 */
final class LosslessTwins {
  private static final int REQUESTS = 6;
  private static final int IN_FLIGHT = 40;

  private static final List<WeightPrecision> PRECISIONS = List.of(WeightPrecision.values());

  private final Random random;
  private final Counts counts;

  /** What was compared. */
  private static final class Counts {
    final Map<WeightPrecision, Integer> models = new EnumMap<>(WeightPrecision.class);
    int answers;
    int inFlight;
    long drafted;
    long accepted;
    int skipped;

    @Override
    public String toString() {
      return "models %s, %d answers, %d more in flight, %d drafts, %d kept, %d models skipped"
          .formatted(models, answers, inFlight, drafted, accepted, skipped);
    }
  }

  private LosslessTwins(long seed, Counts counts) {
    this.random = new Random(seed);
    this.counts = counts;
  }

  /**
   * Compares for some seconds, the case of the first seed at least.
   *
   * @param arguments seconds, and the first seed
   */
  public static void main(String[] arguments) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
    Counts counts = new Counts();
    Path folder = new Scratch().folder();
    long seed = Long.parseLong(arguments[1]);
    do {
      LosslessTwins twins = new LosslessTwins(seed, counts);
      String model = new RandomModel(twins.random, folder).write();
      try {
        twins.compare(folder);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed %d: %s: %s".formatted(seed, model, e), e);
      }
      seed++;
    } while (System.nanoTime() < end);
    System.out.printf(
        "vectors of %d bits, seeds to %d: %s%n", Byte.SIZE * VectorLanes.BYTES, seed - 1, counts);
  }

  private void compare(Path folder) throws Exception {
    WeightPrecision precision = PRECISIONS.get(random.nextInt(PRECISIONS.size()));
    OpenOptions opening =
        OpenOptions.defaults()
            .withThreads(1 + random.nextInt(3))
            .withPrecision(precision)
            .withScreening(random.nextBoolean() ? Screening.AUTO : Screening.OFF);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, opening)) {
      RandomRequests requests = new RandomRequests(model, random);
      List<Request> verified = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        Request request = requests.lossless();
        if (request == null) {
          counts.skipped++;
          return;
        }
        verified.add(request);
      }
      counts.models.merge(precision, 1, Integer::sum);
      List<Generation> full =
          verified.stream()
              .map(RandomRequests::full)
              .map(each -> model.generate(each.input(), each.options()))
              .toList();
      if (random.nextInt(4) == 0) {
        model
            .internals()
            .fitDraftHead(
                verified.stream().map(RandomRequests::full).toList(),
                full.stream().map(Generation::tokenIds).toList());
      }
      together(model, verified, full);
      inFlight(model, requests, verified, full);
    }
  }

  private void together(EncoderDecoderModel model, List<Request> verified, List<Generation> full) {
    List<Result<Generation>> batch = model.generate(verified);
    for (int i = 0; i < verified.size(); i++) {
      Request request = verified.get(i);
      requireSame(request, batch.get(i).orThrow(), full.get(i), "together");
      Generation alone = model.generate(request.input(), request.options());
      requireSame(request, alone, full.get(i), "alone");
      counts.answers += 2;
    }
  }

  /** Others come and leave beside them, whenever it happens. */
  private void inFlight(
      EncoderDecoderModel model,
      RandomRequests requests,
      List<Request> verified,
      List<Generation> full)
      throws Exception {
    EngineOptions options =
        EngineOptions.defaults()
            .withMaxRows(5 + random.nextInt(8))
            .withKnee(1 + random.nextInt(4))
            .withMaxWaiting(IN_FLIGHT)
            .withMaxPause(Duration.ofMillis(1))
            .withEncodedBytes(random.nextBoolean() ? 0 : 4000);
    List<Ticket> tickets = new ArrayList<>();
    List<Integer> which = new ArrayList<>();
    try (Engine engine = model.engine(options)) {
      for (int i = 0; i < IN_FLIGHT; i++) {
        int index = random.nextInt(verified.size());
        boolean beside = random.nextInt(3) == 0;
        Request request = verified.get(index);
        tickets.add(engine.submit(beside ? requests.beside(request) : request));
        which.add(beside ? -1 : index);
        if (random.nextInt(5) == 0) {
          Thread.sleep(0, random.nextInt(900_000));
        }
        if (random.nextInt(6) == 0) {
          int leaving = random.nextInt(tickets.size());
          tickets.get(leaving).cancel();
          which.set(leaving, -1);
        }
      }
      for (int i = 0; i < IN_FLIGHT; i++) {
        int index = which.get(i);
        Result<Generation> answer;
        try {
          answer = tickets.get(i).result().get(5, TimeUnit.MINUTES);
        } catch (CancellationException e) {
          continue;
        }
        if (index >= 0) {
          requireSame(verified.get(index), answer.orThrow(), full.get(index), "in flight");
          counts.inFlight++;
        }
      }
    }
  }

  private void requireSame(Request request, Generation answer, Generation full, String where) {
    boolean same = answer.lossless() && answer.sequences().size() == full.sequences().size();
    for (int i = 0; same && i < full.sequences().size(); i++) {
      GeneratedSequence one = answer.sequences().get(i);
      GeneratedSequence other = full.sequences().get(i);
      same =
          one.tokenIds().equals(other.tokenIds())
              && one.logProbabilities().equals(other.logProbabilities())
              && one.finish() == other.finish()
              && Double.compare(one.score(), other.score()) == 0;
    }
    if (!same || answer.accepted() > answer.drafted()) {
      throw new AssertionError(
          "%s, %s: %s, at full depth %s".formatted(where, request.options(), answer, full));
    }
    counts.drafted += answer.drafted();
    counts.accepted += answer.accepted();
  }
}
