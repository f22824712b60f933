package dev.deed.lab.kernels;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Prepared;
import dev.deed.Request;
import dev.deed.decode.draft.Copies;
import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.lab.speed.Searches;
import dev.deed.value.ExitSettings;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * What a row more in a block of all layers and the head takes, in steps at full depth: {@code
 * RowPrices MODEL SOURCE [PRECISION]}, where SOURCE is a picture, a recording (.wav) or a number of
 * tokens. Answers of 10 and 37 tokens are decoded on one thread, one token a step, and then with
 * blocks of three and nine rows whose drafts are the known answer. The difference between the two
 * lengths leaves out what an answer takes once. By turns; the first quarter warms up; medians of
 * the rest.
 */
public final class RowPrices {
  private static final int SHORT = 10;
  private static final int LONG = 37;
  private static final List<Integer> ROWS_MORE = List.of(0, 2, 8);
  private static final int MOST_ROUNDS = 200;
  private static final long SECONDS = 40;

  private final EncoderDecoderModel model;
  private final Prepared input;
  private final List<Integer> answer;

  private RowPrices(EncoderDecoderModel model, Input input) {
    this.model = model;
    GenerationOptions options =
        GenerationOptions.defaults()
            .withExits(ExitSettings.full())
            .withMaxNewTokens(LONG)
            .withMinNewTokens(LONG);
    this.input = model.internals().prepare(List.of(new Request(input, options))).getFirst();
    this.answer = decode(this.input);
  }

  public static void main(String[] args) {
    OpenOptions options = OpenOptions.defaults().withThreads(1);
    if (args.length > 2) {
      options = options.withPrecision(WeightPrecision.valueOf(args[2].toUpperCase(Locale.ROOT)));
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(args[0]), options)) {
      new RowPrices(model, source(args[1])).report();
    }
  }

  private static Input source(String text) {
    if (text.endsWith(".wav")) {
      return Input.ofAudio(Path.of(text));
    }
    return text.chars().allMatch(Character::isDigit)
        ? Input.ofTokenIds(new Random(1).ints(Integer.parseInt(text), 10, 30_000).toArray())
        : Input.ofImage(Path.of(text));
  }

  private void report() {
    List<List<Double>> times = new ArrayList<>();
    ROWS_MORE.forEach(_ -> times.add(new ArrayList<>()));
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    for (int round = 0; round < MOST_ROUNDS && System.nanoTime() < end; round++) {
      for (int i = 0; i < ROWS_MORE.size(); i++) {
        times.get(i).add(block(ROWS_MORE.get(i)));
      }
    }
    double step = median(times.getFirst());
    System.out.printf(Locale.ROOT, "a step %.3f ms", step);
    for (int i = 1; i < ROWS_MORE.size(); i++) {
      double steps = median(times.get(i)) / step;
      System.out.printf(
          Locale.ROOT,
          "; %d rows: %.2f steps, %.2f for each row more",
          ROWS_MORE.get(i) + 1,
          steps,
          (steps - 1) / ROWS_MORE.get(i));
    }
    System.out.println();
  }

  private static double median(List<Double> all) {
    List<Double> warm = new ArrayList<>(all.subList(all.size() / 4, all.size()));
    Collections.sort(warm);
    return warm.get(warm.size() / 2);
  }

  /** Milliseconds of a block. */
  private double block(int more) {
    return (millis(LONG, more) - millis(SHORT, more)) * (more + 1) / (LONG - SHORT);
  }

  private double millis(int tokens, int more) {
    Prepared part = input.with(search -> Searches.withMaxNewTokens(search, tokens));
    Prepared drafted =
        more == 0
            ? part
            : part.with(search -> Searches.withDrafting(search, new Known(answer, more)));
    long start = System.nanoTime();
    decode(drafted);
    return (System.nanoTime() - start) / 1e6;
  }

  private List<Integer> decode(Prepared prepared) {
    return model.internals().decode(List.of(prepared)).getFirst().orThrow().tokenIds();
  }

  /** Drafts that no layer runs for, all of them kept. */
  private record Known(List<Integer> answer, int count) implements Drafting {
    @Override
    public DraftPlan begin(ExitRule rule, ExitRule full, Set<Integer> ends, int source) {
      return new DraftPlan() {
        private int emitted;

        @Override
        public ExitRule rule(int waiting) {
          return full;
        }

        @Override
        public Copies copies(TokenSequence tokens, int waiting) {
          int end = Math.min(emitted + count, answer.size());
          return emitted == 0 ? Copies.NONE : new Copies(answer.subList(emitted, end), false);
        }

        @Override
        public void verified(List<DraftCost> drafts, int kept) {
          emitted += kept + 1;
        }
      };
    }
  }
}
