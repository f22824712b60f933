package dev.deed.experiments.reproduce;

import dev.deed.experiments.reproduce.Experiment.Evaluation;
import dev.deed.experiments.reproduce.Experiment.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The page of an experiment: what it is about, what was measured, how it was made.
 *
 * @param work the experiment's own folder
 */
record ResultsPage(Experiment experiment, Path work) {
  String markdown() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(experiment.title()).append("\n\n");
    page.append(String.join("\n\n", experiment.about())).append("\n");
    for (Evaluation evaluation : experiment.evaluations()) {
      page.append("\n## ").append(evaluation.title()).append('\n');
      page.append(body(evaluation.files(experiment))).append('\n');
    }
    page.append(
        """

        ## How it was made
        `./deed reproduce %s` does all of it. The single steps, in `{work}` a folder for what is made, in `{data}` one with \
        the data sets:

        %s
        """
            .formatted(experiment.name(), steps()));
    return page.toString();
  }

  /** What an evaluation wrote, without its heading. */
  private String body(String name) throws IOException {
    String evaluation = Files.readString(work.resolve("results/" + name + "/evaluation.md"));
    return evaluation
        .substring(evaluation.indexOf('\n') + 1)
        .strip()
        .replace("(evaluation.png)", "(" + name + ".png)")
        .replace("(exits.png)", "(" + name + "-exits.png)");
  }

  private String steps() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Step step :
        Stream.of(experiment.preparations(), experiment.trainings(), experiment.calibrations())
            .flatMap(List::stream)
            .toList()) {
      String out = step.command().getFirst().equals("train") ? " --out {work}/" + step.makes() : "";
      lines
          .append("    ./deed ")
          .append(shell(step.command()))
          .append(out)
          .append("   # ")
          .append(Files.readString(work.resolve(step.makes() + ".done")).strip())
          .append(" minutes\n");
    }
    for (Evaluation evaluation : experiment.evaluations()) {
      lines.append("    ./deed ").append(shell(evaluation.command())).append('\n');
    }
    return lines.toString().stripTrailing();
  }

  private static String shell(List<String> command) {
    return String.join(" ", command.stream().map(ResultsPage::quoted).toList());
  }

  private static String quoted(String argument) {
    return argument.matches("[\\w./,:=@+{}-]+") ? argument : "'" + argument + "'";
  }
}
