package dev.deed.cli;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.CheckpointConverter;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.Storage;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFamily;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deed convert}: what others publish, into our formats; a subcommand for each kind. */
@Command(
    name = "convert",
    description = "Converts foreign checkpoints, precisions, adapters and data sets.",
    subcommands = {ConvertCheckpointCommand.class, ConvertCommand.ConvertAdapterCommand.class},
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

  /** {@code deed convert adapter}: a model with a LoRA adapter merged into its weights. */
  @Command(
      name = "adapter",
      description = {
        "Writes a model folder again with a LoRA adapter merged into its weights.",
        "A weight keeps the type that it is stored in. The other files are copied from the model. The"
            + " folder appears whole or not at all."
      },
      mixinStandardHelpOptions = true)
  static final class ConvertAdapterCommand implements Callable<Integer> {
    @Mixin OutputOptions.Only common = new OutputOptions.Only();

    @Parameters(index = "0", paramLabel = "MODEL", descriptionKey = "MODEL")
    Path named = Path.of("");

    @Parameters(index = "1", paramLabel = "ADAPTER", descriptionKey = "ADAPTER")
    Path adapter = Path.of("");

    @Parameters(index = "2", paramLabel = "OUT", descriptionKey = "OUT")
    Path target = Path.of("");

    @Override
    public Integer call() {
      Path source = ModelPlace.folder(named, common, false);
      Path lora = ModelPlace.adapter(adapter, common, false);
      AdapterFiles.refuseInBase(source, lora);
      ModelDescription model = ModelFamily.describe(Config.read(source.resolve("config.json")));
      CheckpointConverter converter =
          new CheckpointConverter(
              Storage.UNCHANGED, model.tensorNames(), ConvertCheckpointCommand.SHARD_BYTES);
      ConvertCheckpointCommand.write(
          target,
          common,
          progress -> converter.merge(source, lora, model.storedNames(), target, progress));
      return 0;
    }
  }
}
