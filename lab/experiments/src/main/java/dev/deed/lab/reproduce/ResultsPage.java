package dev.deed.lab.reproduce;

import dev.deed.lab.reproduce.Experiment.Evaluation;
import dev.deed.lab.reproduce.Experiment.Kept;
import dev.deed.lab.reproduce.Experiment.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The page of an experiment: what it is about, what was measured, how it was made.
 *
 * @param work the experiment's own folder
 * @param raw texts of the archive of raw figures, by name
 */
record ResultsPage(Experiment experiment, Path work, Map<String, String> raw) {
  String markdown() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(experiment.heading().title()).append("\n\n");
    page.append(String.join("\n\n", experiment.heading().about())).append("\n");
    for (Evaluation evaluation : experiment.evaluations()) {
      page.append("\n## ").append(evaluation.title()).append('\n');
      page.append(body(evaluation)).append('\n');
    }
    for (Kept kept : experiment.kept()) {
      String text = raw.get(kept.markdown());
      if (text != null) {
        page.append("\n## ").append(kept.title()).append('\n');
        page.append("Measured once, by a command that `reproduce` does not run.\n\n");
        page.append(text.strip()).append('\n');
      }
    }
    page.append(
        """

        ## How it was made
        `./deed reproduce %1$s` does all of it%2$s; `raw/%1$s.zip` holds the raw figures of every part. The \
        single steps, in `{work}` a folder for what is made, in `{data}` one with the data sets:

        %3$s
        """
            .formatted(
                experiment.name(),
                experiment.kept().isEmpty() ? "" : ", but for parts that say so",
                steps()));
    return page.toString();
  }

  /** What an evaluation wrote, without its heading. */
  private String body(Evaluation evaluation) throws IOException {
    String name = evaluation.files(experiment);
    String written = Files.readString(work.resolve("results/" + name + "/evaluation.md"));
    return written.substring(written.indexOf('\n') + 1).strip();
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
