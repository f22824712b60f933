package dev.deed.cli.options;

import picocli.CommandLine.Option;

/** What all commands share: how they tell of their work. */
public sealed class OutputOptions permits CommonOptions, OutputOptions.Only {
  @Option(names = "--json", description = "Machine-readable result on stdout.")
  public boolean json;

  @Option(names = "--quiet", description = "No progress on stderr.")
  public boolean quiet;

  @Option(names = "--stacktrace", description = "Show where an error came from.")
  public boolean stacktrace;

  /** For commands that run no model. */
  public static final class Only extends OutputOptions {}
}
