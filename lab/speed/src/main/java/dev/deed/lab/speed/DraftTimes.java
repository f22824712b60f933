package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Prepared;
import dev.deed.Request;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.draft.Copies;
import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What decoding with drafts takes beside full depth: processor time of the decoding thread, which
 * hardly depends on what else runs. All contestants decode all inputs in each round, one after
 * another; the first half of the rounds warms up.
 */
public final class DraftTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private DraftTimes() {}

  /**
   * Decodes a data set in one way.
   *
   * @param model opened with one thread
   * @param inputs encoded
   */
  public record Contestant(String name, EncoderDecoderModel model, List<Prepared> inputs) {
    /**
     * Encodes examples, to be decoded by these exits.
     *
     * @param logProbabilities whether answers tell them
     * @param predicted whether drafts follow the predictions of the examples too
     */
    public static Contestant of(
        String name,
        EncoderDecoderModel model,
        List<EvaluationExample> examples,
        ExitSettings exits,
        boolean logProbabilities,
        boolean predicted) {
      List<Request> requests = new ArrayList<>();
      for (EvaluationExample example : examples) {
        GenerationOptions options =
            GenerationOptions.defaults()
                .withSettings(example.generation() == null ? Map.of() : example.generation())
                .withExits(exits)
                .withLogProbabilities(logProbabilities)
                .withPrediction(predicted ? example.prediction() : null);
        requests.add(new Request(example.input(), options));
      }
      return new Contestant(name, model, model.internals().prepare(requests));
    }

    /**
     * The same with drafts that are each moved to another token, those aside that copy the source.
     */
    public Contestant wrong() {
      List<Prepared> wrong = inputs.stream().map(input -> input.with(DraftTimes::moved)).toList();
      return new Contestant(name + ", all wrong", model, wrong);
    }

    /** Nanoseconds of the processor; the answers come to {@code answers}. */
    private long decode(List<Generation> answers) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (Prepared input : inputs) {
        Generation answer = model.internals().decode(List.of(input)).getFirst().orThrow();
        if (answer.finish() == Finish.CANCELLED) {
          throw new CancellationException("stopped: nothing was measured");
        }
        answers.add(answer);
      }
      return THREADS.getCurrentThreadCpuTime() - start;
    }
  }

  private static SearchRequest moved(SearchRequest search) {
    if (search.strategy() instanceof SearchStrategy.Verified verified) {
      return Searches.withDrafting(search, new WrongDrafts(verified.drafting()));
    }
    throw new IllegalArgumentException("the request has no lossless exits");
  }

  /**
   * What was measured of one contestant.
   *
   * @param verifications of the last layer, each of which gives a token of its own
   * @param millis for a token, the median of rounds
   * @param speed the first contestant's time over this one's: least, median and most of rounds
   */
  public record Row(
      String name,
      int tokens,
      int drafted,
      int accepted,
      int verifications,
      double millis,
      List<Double> speed) {}

  /**
   * Measures.
   *
   * @param contestants full depth first
   * @param rounds at least 2
   * @throws IllegalStateException when an answer is not that of full depth, which DEED promises
   * @throws InputException when a model answers otherwise than the first: its weights differ
   */
  public static List<Row> measure(List<Contestant> contestants, int rounds) {
    List<List<Double>> millis = new ArrayList<>();
    contestants.forEach(_ -> millis.add(new ArrayList<>()));
    List<List<Generation>> answers = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      answers.clear();
      for (int i = 0; i < contestants.size(); i++) {
        List<Generation> own = new ArrayList<>();
        millis.get(i).add(contestants.get(i).decode(own) / 1e6);
        answers.add(own);
        requireSame(contestants.get(i), own, contestants.getFirst(), answers.getFirst());
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      rows.add(
          row(
              contestants.get(i).name,
              answers.get(i),
              warm(millis.get(i)),
              warm(millis.getFirst())));
    }
    return rows;
  }

  private static List<Double> warm(List<Double> rounds) {
    return rounds.subList(rounds.size() / 2, rounds.size());
  }

  private static Row row(
      String name, List<Generation> answers, List<Double> millis, List<Double> full) {
    int tokens = answers.stream().mapToInt(answer -> answer.tokenIds().size()).sum();
    List<Double> speeds = sorted(millis.size(), round -> full.get(round) / millis.get(round));
    return new Row(
        name,
        tokens,
        answers.stream().mapToInt(Generation::drafted).sum(),
        answers.stream().mapToInt(Generation::accepted).sum(),
        answers.stream()
            .mapToInt(answer -> answer.drafts() == null ? 0 : answer.drafts().verifications())
            .sum(),
        median(sorted(millis.size(), millis::get)) / tokens,
        List.of(speeds.getFirst(), median(speeds), speeds.getLast()));
  }

  private static List<Double> sorted(int count, IntFunction<Double> value) {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(value.apply(i));
    }
    Collections.sort(all);
    return all;
  }

  private static double median(List<Double> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  private static void requireSame(
      Contestant contestant, List<Generation> answers, Contestant first, List<Generation> full) {
    for (int i = 0; i < full.size(); i++) {
      boolean same =
          answers.get(i).tokenIds().equals(full.get(i).tokenIds())
              && (!answers.get(i).hasLogProbabilities()
                  || answers.get(i).logProbabilities().equals(full.get(i).logProbabilities()));
      InputException.require(
          same || contestant.model == first.model,
          contestant.name,
          "answers otherwise than " + first.name,
          "give folders of the same weights");
      if (!same) {
        throw new IllegalStateException(
            "ERROR: %s: answer %d is not that of full depth".formatted(contestant.name, i + 1));
      }
    }
  }

  /** Drafts as ever, each of which says another token. */
  private record WrongDrafts(Drafting right) implements Drafting {
    @Override
    public @Nullable DraftDecoder decoder() {
      return right.decoder();
    }

    @Override
    public DraftPlan begin(ExitRule rule, ExitRule full, Set<Integer> ends, int source) {
      DraftPlan plan = right.begin(rule, full, ends, source);
      return new DraftPlan() {
        @Override
        public boolean drafts(int waiting) {
          return plan.drafts(waiting);
        }

        @Override
        public ExitRule rule(int waiting) {
          return plan.rule(waiting);
        }

        @Override
        public int draft(int waiting, int said) {
          return said == 0 ? 1 : said - 1;
        }

        @Override
        public Copies copies(TokenSequence tokens, int waiting) {
          return plan.copies(tokens, waiting);
        }

        @Override
        public void verified(List<DraftCost> drafts, int kept) {
          plan.verified(drafts, kept);
        }
      };
    }
  }
}
