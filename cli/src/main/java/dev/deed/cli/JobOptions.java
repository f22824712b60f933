package dev.deed.cli;

import dev.deed.cli.AnswerOutput.Existing;
import dev.deed.value.InputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the answers of a job go, and how it goes on. */
public final class JobOptions {
  @Option(names = "--output", paramLabel = "FILE", descriptionKey = "job.output")
  @Nullable String output;

  @Option(names = "--overwrite", descriptionKey = "job.overwrite")
  boolean overwrite;

  @Option(names = "--resume", descriptionKey = "job.resume")
  boolean resume;

  /**
   * Looks whether the options go together.
   *
   * @param job what they are for, where the command answers one input alone; null: it is a job
   */
  public void check(@Nullable String job) {
    Existing existing = Existing.of(overwrite, resume);
    InputException.require(
        job == null || output == null,
        "--output",
        "is for " + job + " alone",
        "redirect stdout, or leave it out");
    InputException.require(
        job == null || existing == Existing.REFUSED,
        resume ? "--resume" : "--overwrite",
        "is for " + job + " with --output",
        "leave it out");
  }

  /** Whether answers have a file, which holds JSON. */
  public boolean isFile() {
    return output != null && !output.equals("-");
  }

  public AnswerOutput open(JobInput input) {
    return AnswerOutput.open(input, output == null ? "-" : output, Existing.of(overwrite, resume));
  }
}
