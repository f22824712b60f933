package dev.deed.cli;

import picocli.CommandLine.Option;

/** What all commands share. */
sealed class CommonOptions permits ModelOptions {
  @Option(names = "--json", description = "Machine-readable result on stdout.")
  boolean json;

  @Option(names = "--quiet", description = "No progress on stderr.")
  boolean quiet;

  @Option(names = "--stacktrace", description = "Show where an error came from.")
  boolean stacktrace;
}
