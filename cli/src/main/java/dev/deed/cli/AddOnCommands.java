package dev.deed.cli;

import dev.deed.value.InputException;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Adds the commands of add-ons. {@code train} is listed where its add-on is not on the class path
 * too, and says where to find it.
 */
final class AddOnCommands {
  private static final String TRAIN = "train";

  private AddOnCommands() {}

  /** Adds them to the command {@code deed} and to its command {@code convert}. */
  static void addTo(CommandLine deed) {
    CommandLine convert = Objects.requireNonNull(deed.getSubcommands().get("convert"));
    for (AddOn addOn : ServiceLoader.load(AddOn.class)) {
      addOn.commands().forEach(deed::addSubcommand);
      addOn.conversions().forEach(convert::addSubcommand);
    }
    if (!deed.getSubcommands().containsKey(TRAIN)) {
      deed.addSubcommand(TRAIN, missing(TRAIN, "Trains or fine-tunes a model (training add-on)."));
    }
  }

  private static CommandSpec missing(String name, String description) {
    Callable<Integer> refusal =
        () -> {
          throw new InputException(
              "command " + name,
              "comes with the training add-on, which is not on the class path",
              "start it with the launcher of a checkout, or add the jar deed-cli-training");
        };
    CommandSpec spec = CommandSpec.wrapWithoutInspection(refusal);
    spec.usageMessage().description(description);
    spec.parser().unmatchedArgumentsAllowed(true);
    return spec;
  }
}
