package dev.deed.lab.commands;

import dev.deed.cli.InstallFolder;
import dev.deed.cli.Notes;
import dev.deed.cli.OutputOptions;
import dev.deed.lab.datasets.JsonLinesWriter;
import dev.deed.lab.reproduce.Experiment;
import dev.deed.lab.reproduce.Reproduction;
import dev.deed.lab.reproduce.ShippedCheck;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed reproduce}: an experiment from the data to its results page. */
@Command(
    name = "reproduce",
    description =
        "Makes an experiment again: data, trainings, calibration, evaluation, page of results.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "What was made is kept in WORK and used again; a training that was stopped goes on. A training",
      "takes one thread and from half an hour to some hours. The page says what each step took.",
      "Example: deed reproduce multi30k --data DATA --work WORK --jobs 2",
      "",
      "--shipped trains nothing: it measures the models that ship, on the splits that their cards",
      "name, in minutes, and exit code 1 says that a figure is not the card's.",
      "Example: deed reproduce --shipped --data DATA --work WORK"
    })
final class ReproduceCommand implements Callable<Integer> {
  /** What help and completion name. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Experiment.NAMES.iterator();
    }
  }

  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(
      paramLabel = "EXPERIMENT",
      arity = "0..*",
      completionCandidates = Names.class,
      description = "all, or some of: ${COMPLETION-CANDIDATES}.")
  List<String> names = List.of();

  @Option(
      names = "--shipped",
      description = "Measure the shipped models again, and compare with their cards.")
  boolean shipped;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "Folder that holds the data sets, each in a folder of its name.")
  Path data = Path.of("");

  @Option(
      names = "--work",
      required = true,
      paramLabel = "WORK",
      description = "Folder for models, logs and figures, some hundred megabytes.")
  Path work = Path.of("");

  @Option(
      names = "--results",
      paramLabel = "FOLDER",
      description = "Folder whose raw/EXPERIMENT.zip gets page and figures (default: lab/results).")
  Path results = root().resolve("lab/results");

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Trainings at a time (default: ${DEFAULT-VALUE}).")
  int jobs = 1;

  @Override
  public Integer call() throws IOException {
    InputException.require(jobs >= 1, "--jobs", "is " + jobs, "give 1 or more");
    InputException.require(
        Files.isDirectory(data), "--data " + data, "is no folder", "give that of the data sets");
    InputException.require(
        shipped == names.isEmpty(),
        shipped ? "--shipped" : "EXPERIMENT",
        shipped ? "was given beside experiments" : "is missing",
        "give experiments, or --shipped alone");
    List<Experiment> experiments =
        (names.contains("all") ? Experiment.NAMES : names).stream().map(Experiment::named).toList();
    Reproduction reproduction =
        new Reproduction(data, work, root(), results, jobs, new ChildJvm(), this::note);
    if (shipped) {
      return checkShipped(reproduction);
    }
    for (Experiment experiment : experiments) {
      Path page = reproduction.run(experiment);
      if (common.json) {
        System.out.println(JsonLinesWriter.object().put("page", page.toString()));
      } else {
        System.out.println(page);
      }
    }
    return 0;
  }

  private int checkShipped(Reproduction reproduction) throws IOException {
    List<ShippedCheck> checks = reproduction.checkShipped();
    if (common.json) {
      for (ShippedCheck check : checks) {
        System.out.println(
            JsonLinesWriter.object()
                .put("name", check.name())
                .put("data", check.data())
                .put("policy", check.policy())
                .put("metric", check.metric())
                .put("stated", check.stated())
                .put("measured", check.measured())
                .put("holds", check.holds()));
      }
    } else {
      System.out.print(table(checks));
    }
    return checks.stream().allMatch(ShippedCheck::holds) ? 0 : 1;
  }

  private static String table(List<ShippedCheck> checks) {
    StringBuilder table = new StringBuilder();
    row(table, "model", "data", "policy", "metric", "stated", "measured", "");
    for (ShippedCheck check : checks) {
      row(
          table,
          check.name(),
          check.data(),
          check.policy(),
          check.metric(),
          String.format(Locale.ROOT, "%.1f", check.stated()),
          String.format(Locale.ROOT, "%.1f", check.measured()),
          check.holds() ? "holds" : "differs");
    }
    return table.toString();
  }

  private static void row(StringBuilder table, Object... cells) {
    String row = "%-22s %-22s %-24s %-12s %8s %9s  %s".formatted(cells);
    table.append(row.stripTrailing()).append(System.lineSeparator());
  }

  private void note(String line) {
    if (!common.quiet) {
      Notes.print(line);
    }
  }

  private static Path root() {
    Path root = InstallFolder.find();
    return root == null ? Path.of("") : root;
  }
}
