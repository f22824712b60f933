package dev.deed.lab.commands;

import picocli.CommandLine.Option;

/** How many examples are drawn, and from which numbers. */
final class DrawnOptions {
  @Option(
      names = "--count",
      paramLabel = "N",
      required = true,
      description = "Examples for training, pages or pictures, from 1 on.")
  int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides everything that is drawn (default: ${DEFAULT-VALUE}).")
  long seed = 1;
}
