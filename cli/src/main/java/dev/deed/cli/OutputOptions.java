package dev.deed.cli;

import picocli.CommandLine.Option;

/** What all commands share: how they tell of their work. */
public class OutputOptions {
  @Option(names = "--json", descriptionKey = "output.json")
  public boolean json;

  @Option(names = "--quiet", descriptionKey = "output.quiet")
  public boolean quiet;

  @Option(names = "--stacktrace", descriptionKey = "output.stacktrace")
  public boolean stacktrace;

  /** Prints a line on stderr that tells of progress. */
  public final void note(String line) {
    if (!quiet) {
      Notes.print(line);
    }
  }

  /** For commands that run no model. */
  public static final class Only extends OutputOptions {}
}
