package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.evaluation.Evaluation;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationJson;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.EvaluationReport;
import dev.deed.evaluation.EvaluationTable;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.Provenance;
import dev.deed.files.TargetLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deed eval}: accuracy, exits and cost of policies and models on a data set. */
@Command(
    name = "eval",
    description = "Measures accuracy, exits and time of policies and models on a data set.",
    mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin DecodeOptions model = new DecodeOptions();

  @Option(names = "--compare", paramLabel = "MODEL", arity = "1..*")
  List<Path> compare = List.of();

  @Option(names = "--data", paramLabel = "FILE.jsonl", required = true)
  Path data = Path.of("");

  @Option(names = "--metric", paramLabel = "LIST", required = true)
  String metrics = "";

  @Option(names = "--policies", paramLabel = "LIST")
  String policies = "full; default";

  @Mixin MeasureOptions measured = new MeasureOptions();
  @Mixin AssistantOption assistant = new AssistantOption();

  @Option(names = "--batch", paramLabel = "N")
  int batch = 1;

  @Option(names = "--out", paramLabel = "FOLDER")
  @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    measured.check(1);
    OptionBounds.requireAtLeast("--batch", batch, 1);
    try (TargetLock lock = ReportFolder.lock(out, "evaluation.json")) {
      EvaluationReport report = evaluate();
      System.out.print(
          model.json ? EvaluationJson.of(report) + "\n" : EvaluationTable.plain(report));
      if (out != null) {
        report.writeTo(out);
      }
      report.violations().forEach(line -> System.err.println("deed: " + line));
      return report.violations().isEmpty() ? 0 : 1;
    }
  }

  private EvaluationReport evaluate() {
    List<Metric> chosen = Metric.list(metrics);
    List<EvaluationPolicy> parsed = EvaluationPolicy.list(policies);
    EvaluationData examples = EvaluationData.read(data, measured.limit);
    List<ModelPlace> places = new ArrayList<>(List.of(model.place()));
    compare.forEach(named -> places.add(model.place(named)));
    List<NamedModel> models = new ArrayList<>();
    try (EvaluationProgress progress = new EvaluationProgress(model, "eval")) {
      for (ModelPlace place : places) {
        EncoderDecoderModel opened =
            place == places.getFirst() ? model.open(assistant) : model.open(place);
        models.add(NamedModel.among(models, place.toString(), opened));
      }
      Evaluation evaluation =
          measured.evaluator(batch).evaluate(models, examples, chosen, parsed, progress);
      return new EvaluationReport(
          examples.file(),
          examples.size(),
          chosen,
          evaluation.rows(),
          evaluation.spread(),
          Provenance.here(
              spec.commandLine().getParseResult().originalArgs(),
              models.stream().map(one -> one.model().internals().folder().precision()).toList(),
              model.threads,
              batch,
              measured.repeats,
              InstallFolder.find()));
    } finally {
      models.stream().map(NamedModel::model).forEach(EncoderDecoderModel::close);
    }
  }
}
