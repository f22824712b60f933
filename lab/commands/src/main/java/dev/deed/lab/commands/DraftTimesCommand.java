package dev.deed.lab.commands;

import static dev.deed.evaluation.TextTable.Column.number;
import static dev.deed.evaluation.TextTable.Column.text;
import static dev.deed.evaluation.TextTable.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions;
import dev.deed.cli.ModelPlace;
import dev.deed.cli.OptionBounds;
import dev.deed.cli.OutputOptions;
import dev.deed.cli.ScreenOption;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.TextTable;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.lab.speed.DraftTimes;
import dev.deed.lab.speed.DraftTimes.Contestant;
import dev.deed.lab.speed.DraftTimes.Row;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed draft-times}: decoding with drafts beside full depth, by the processor's time. */
@Command(
    name = "draft-times",
    description = "Times decoding with drafts beside full depth, on one thread.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Times are the decoding thread's processor time, by turns; the first half of the",
      "rounds warms up. Speed: median (least, most) of the rounds.",
      "Example: deed draft-times MODEL --data in.jsonl"
    })
final class DraftTimesCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description = "Models, folders or names: the same weights, held or drafted in other ways.")
  List<Path> named = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE.jsonl",
      required = true,
      description = "Inputs, each with its generation settings.")
  Path data = Path.of("");

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most inputs, from the first line on (default: all).")
  int limit = Integer.MAX_VALUE;

  @Option(
      names = "--policies",
      paramLabel = "LIST",
      description = "Lossless exits, separated by semicolons (default: ${DEFAULT-VALUE}).")
  String policies = "full@lossless,draft_precision=int8";

  @Option(
      names = "--wrong",
      description = "Once more with drafts that all are wrong: the most that they can cost.")
  boolean wrong;

  @Option(
      names = "--predictions",
      description = "All policies once more with the predictions of the inputs.")
  boolean predictions;

  @Option(
      names = "--no-log-probs",
      description = "Full depth and all policies once more in answers without log-probabilities.")
  boolean without;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      description = "fp32, bf16, int8 or w8a8 (default: fp32).")
  WeightPrecision precision = WeightPrecision.FP32;

  @Mixin ScreenOption screen = new ScreenOption();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds, 2 or more (default: ${DEFAULT-VALUE}).")
  int rounds = 20;

  @Override
  public Integer call() {
    OptionBounds.requireAtLeast("--limit", limit, 1);
    OptionBounds.requireAtLeast("--rounds", rounds, 2);
    screen.requireSuited(precision);
    List<EvaluationPolicy> drafting = drafting();
    EvaluationData inputs = EvaluationData.inputs(data, limit);
    OpenOptions options =
        OpenOptions.defaults().withThreads(1).withPrecision(precision).withScreening(screen.which);
    List<EncoderDecoderModel> opened = new ArrayList<>();
    try {
      List<Contestant> contestants = new ArrayList<>();
      for (Path name : named) {
        EncoderDecoderModel model =
            EncoderDecoderModel.open(ModelPlace.folder(name, common, false), options);
        opened.add(model);
        add(name + ": ", model, inputs, drafting, contestants);
      }
      report(DraftTimes.measure(contestants, rounds));
      return 0;
    } finally {
      opened.forEach(EncoderDecoderModel::close);
    }
  }

  private List<EvaluationPolicy> drafting() {
    List<EvaluationPolicy> drafting = EvaluationPolicy.list(policies);
    for (EvaluationPolicy policy : drafting) {
      InputException.require(
          policy.exits().isLossless(),
          "--policies",
          "has " + policy.label() + ", which makes no drafts",
          "give lossless exits: full@lossless,draft_precision=int8");
    }
    return drafting;
  }

  private void add(
      String name,
      EncoderDecoderModel model,
      EvaluationData inputs,
      List<EvaluationPolicy> policies,
      List<Contestant> contestants) {
    for (boolean logProbs : without ? new boolean[] {true, false} : new boolean[] {true}) {
      String told = logProbs ? "" : ", no log-probs";
      contestants.add(
          Contestant.of(
              name + "full" + told,
              model,
              inputs.examples(),
              ExitSettings.full().with(ExitSetting.LOSSLESS, false),
              logProbs,
              false));
      for (EvaluationPolicy policy : policies) {
        Contestant drafting =
            Contestant.of(
                name + policy.label() + told,
                model,
                inputs.examples(),
                policy.exits(),
                logProbs,
                false);
        contestants.add(drafting);
        if (predictions) {
          contestants.add(
              Contestant.of(
                  name + policy.label() + ", predictions" + told,
                  model,
                  inputs.examples(),
                  policy.exits(),
                  logProbs,
                  true));
        }
        if (wrong) {
          contestants.add(drafting.wrong());
        }
      }
    }
  }

  private void report(List<Row> rows) {
    if (common.json) {
      ObjectNode json = JsonLinesWriter.object();
      ArrayNode all = json.putArray("rows");
      for (Row row : rows) {
        ObjectNode one = all.addObject();
        one.put("policy", row.name());
        one.put("tokens", row.tokens());
        one.put("drafted", row.drafted());
        one.put("accepted", row.accepted());
        one.put("verifications", row.verifications());
        one.put("ms_per_token", row.millis());
        row.speed().forEach(one.putArray("speed")::add);
      }
      System.out.println(json);
      return;
    }
    TextTable table =
        new TextTable(
            List.of(
                text("model: policy"),
                number("tokens"),
                number("drafts kept"),
                number("verifications"),
                number("ms a token"),
                number("speed")));
    for (Row row : rows) {
      table.add(
          List.of(
              row.name(),
              format("%,d", row.tokens()),
              format("%,d of %,d", row.accepted(), row.drafted()),
              format("%,d", row.verifications()),
              format("%.2f", row.millis()),
              format(
                  "%.2f (%.2f, %.2f)",
                  row.speed().get(1), row.speed().get(0), row.speed().get(2))));
    }
    System.out.print(table.plain());
  }
}
