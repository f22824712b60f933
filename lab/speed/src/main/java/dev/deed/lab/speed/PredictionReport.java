package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Prepared;
import dev.deed.Request;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.draft.PromptLookup;
import dev.deed.lab.speed.DraftTimes.Contestant;
import dev.deed.value.ExitSettings;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Decoding with predictions beside full depth, for models without a tokenizer: {@code
 * PredictionReport MODEL SOURCE ANSWER [PRECISION [ROUNDS]]}, numbers of random tokens in and of
 * tokens out. Scores of the answer's tokens, drawn as often as words are in a text, are raised,
 * whatever the weights say. A prediction is the answer itself, of which every twentieth or fifth
 * token is replaced, dropped, or has another behind it; alone and beside narrow drafts. Processor
 * time of one thread by turns; the first half of the rounds warms up.
 */
public final class PredictionReport {
  private static final ExitSettings OWN = ExitSettings.parse("full@lossless");
  private static final ExitSettings NARROW =
      ExitSettings.parse("full@lossless,draft_precision=int8");

  private final EncoderDecoderModel model;
  private final Input input;
  private final List<Integer> answer = new ArrayList<>();
  private final List<Contestant> contestants = new ArrayList<>();

  private PredictionReport(EncoderDecoderModel model, Input input, int length) {
    this.model = model;
    this.input = input;
    Random random = new Random(2);
    for (int i = 0; i < length; i++) {
      answer.add(10 + (int) Math.pow(30_000, random.nextDouble()));
    }
  }

  public static void main(String[] args) {
    OpenOptions options = OpenOptions.defaults().withThreads(1);
    if (args.length > 3) {
      options = options.withPrecision(WeightPrecision.valueOf(args[3].toUpperCase(Locale.ROOT)));
    }
    int[] source = new Random(1).ints(Integer.parseInt(args[1]), 10, 30_000).toArray();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(args[0]), options)) {
      new PredictionReport(model, Input.ofTokenIds(source), Integer.parseInt(args[2]))
          .report(args.length > 4 ? Integer.parseInt(args[4]) : 10);
    }
  }

  private void report(int rounds) {
    Prepared full = prepared(ExitSettings.full());
    contestants.add(new Contestant("full depth", model, List.of(full)));
    add("narrow drafts", NARROW, List.of());
    for (int every : new int[] {20, 5}) {
      String name = "prediction, " + (100 - 100 / every) + " %";
      add(name, OWN, changed(answer, every));
      add(name + ", and narrow drafts", NARROW, changed(answer, every));
    }
    add("another answer", OWN, new Random(4).ints(answer.size(), 10, 30_000).boxed().toList());
    for (DraftTimes.Row row : DraftTimes.measure(contestants, rounds)) {
      System.out.println(TableDraftReport.line(row));
    }
  }

  private Prepared prepared(ExitSettings exits) {
    GenerationOptions options =
        GenerationOptions.defaults().withExits(exits).withMaxNewTokens(answer.size());
    return model
        .internals()
        .prepare(List.of(new Request(input, options)))
        .getFirst()
        .with(search -> Searches.withAnswer(search, answer));
  }

  private void add(String name, ExitSettings exits, List<Integer> prediction) {
    Prepared prepared = prepared(exits);
    if (!prediction.isEmpty()) {
      prepared = prepared.with(search -> withText(search, PromptLookup.prediction(prediction)));
    }
    contestants.add(new Contestant(name, model, List.of(prepared)));
  }

  private static SearchRequest withText(SearchRequest search, PromptLookup text) {
    SearchStrategy.Verified verified = (SearchStrategy.Verified) search.strategy();
    LearningDrafts drafting = (LearningDrafts) verified.drafting();
    return Searches.withDrafting(search, drafting.withText(text));
  }

  private static List<Integer> changed(List<Integer> answer, int every) {
    Random random = new Random(3);
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < answer.size(); i++) {
      int way = i % every == every - 1 ? random.nextInt(3) : -1;
      if (way != 0) {
        changed.add(way == 1 ? 10 + random.nextInt(30_000) : answer.get(i));
      }
      if (way == 2) {
        changed.add(10 + random.nextInt(30_000));
      }
    }
    return changed;
  }
}
