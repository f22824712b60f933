package dev.deed.tasks.reproduce;

import dev.deed.tasks.reproduce.Experiment.Step;
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
    String evaluation = Files.readString(work.resolve("results/evaluation.md"));
    String body =
        evaluation
            .substring(evaluation.indexOf('\n') + 1)
            .strip()
            .replace("(evaluation.png)", "(" + experiment.name() + ".png)")
            .replace("(exits.png)", "(" + experiment.name() + "-exits.png)");
    return """
        # %s

        %s

        ## Test split
        %s

        ## How it was made
        `./deed reproduce %s` does all of it. The single steps, in `{work}` a folder for what is made, in `{data}` one with \
        the data sets:

        %s
        """
        .formatted(
            experiment.title(),
            String.join("\n\n", experiment.about()),
            body,
            experiment.name(),
            steps());
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
          .append(String.join(" ", step.command().stream().map(ResultsPage::quoted).toList()))
          .append(out)
          .append("   # ")
          .append(Files.readString(work.resolve(step.makes() + ".done")).strip())
          .append(" minutes\n");
    }
    lines
        .append("    ./deed ")
        .append(
            String.join(" ", experiment.evaluation().stream().map(ResultsPage::quoted).toList()));
    return lines.toString();
  }

  private static String quoted(String argument) {
    return argument.matches("[\\w./,:=@+{}-]+") ? argument : "'" + argument + "'";
  }
}
