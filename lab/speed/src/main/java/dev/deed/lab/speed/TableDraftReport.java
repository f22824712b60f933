package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Prepared;
import dev.deed.Request;
import dev.deed.lab.speed.DraftTimes.Contestant;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A long table by TableFormer, with drafts from n-grams of the answer and at full depth: {@code
 * TableDraftReport MODEL PICTURE ROWS COLUMNS EMPTY}. Whatever the weights say, the scores of the
 * table's tags are raised: of its cells, a share EMPTY in 100 is empty, drawn at random. Processor
 * time of one thread by turns; the first half of the rounds warms up.
 */
public final class TableDraftReport {
  private static final int EMPTY = 4;
  private static final int FULL = 5;
  private static final int NEW_LINE = 9;
  private static final int HEAD = 10;
  private static final int ROUNDS = 10;

  private TableDraftReport() {}

  public static void main(String[] args) {
    List<Integer> tags =
        tags(Integer.parseInt(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
    try (EncoderDecoderModel model =
        EncoderDecoderModel.open(Path.of(args[0]), OpenOptions.defaults().withThreads(1))) {
      List<Contestant> contestants = new ArrayList<>();
      ExitSettings full = ExitSettings.full().with(ExitSetting.LOSSLESS, false);
      contestants.add(contestant("full depth", model, Path.of(args[1]), full, tags));
      for (int ngram = 1; ngram <= 4; ngram++) {
        ExitSettings drafts = ExitSettings.parse("full@lossless,draft_ngrams=" + ngram);
        contestants.add(contestant("n-grams of " + ngram, model, Path.of(args[1]), drafts, tags));
      }
      for (DraftTimes.Row row : DraftTimes.measure(contestants, ROUNDS)) {
        System.out.println(line(row));
      }
    }
  }

  /** What a report prints of a row of {@link DraftTimes}. */
  static String line(DraftTimes.Row row) {
    return String.format(
        Locale.ROOT,
        "%-40s %d tokens, kept %d of %d, %.1f a verification, %.2f ms a token, %.2f (%.2f … %.2f)",
        row.name(),
        row.tokens(),
        row.accepted(),
        row.drafted(),
        row.verifications() == 0 ? 1 : (double) row.tokens() / row.verifications(),
        row.millis(),
        row.speed().get(1),
        row.speed().getFirst(),
        row.speed().getLast());
  }

  private static List<Integer> tags(int rows, int columns, int empty) {
    Random random = new Random(2);
    List<Integer> tags = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        tags.add(row == 0 ? HEAD : random.nextInt(100) < empty ? EMPTY : FULL);
      }
      tags.add(NEW_LINE);
    }
    return tags;
  }

  private static Contestant contestant(
      String name,
      EncoderDecoderModel model,
      Path picture,
      ExitSettings exits,
      List<Integer> tags) {
    GenerationOptions options =
        GenerationOptions.defaults().withExits(exits).withMaxNewTokens(tags.size());
    Prepared prepared =
        model.internals().prepare(List.of(new Request(Input.ofImage(picture), options))).getFirst();
    return new Contestant(
        name, model, List.of(prepared.with(search -> Searches.withAnswer(search, tags))));
  }
}
