package dev.deed.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code deed convert}: what others publish, into our formats; a subcommand for each kind. */
@Command(
    name = "convert",
    description = "Converts foreign checkpoints, precisions, adapters and data sets.",
    subcommands = {ConvertCheckpointCommand.class, ConvertAdapterCommand.class},
    synopsisSubcommandLabel = "KIND",
    mixinStandardHelpOptions = true)
final class ConvertCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "convert: does not say what: choose among " + spec.subcommands().keySet());
  }
}
