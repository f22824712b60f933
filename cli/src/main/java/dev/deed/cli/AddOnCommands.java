package dev.deed.cli;

import dev.deed.value.InputException;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Adds the commands that are not this module's: those of add-ons, and those that the launcher of a
 * checkout runs by itself, which are here for their help. {@code train} is listed where its add-on
 * is not on the class path too, and says where to find it.
 */
final class AddOnCommands {
  private static final String TRAIN = "train";
  private static final String[] CHECK = {
    "Compiles everything, checks format, packages, pages and Javadoc; runs no other tests.",
    "Options are those of Maven."
  };
  private static final String[] TEST = {
    "Checks and tests everything, as .ci/run does: the product, then the laboratory.",
    "deed test product and deed test lab test a part, deed test MODULE one module alone; options"
        + " of Maven by themselves are the product's.",
    "Example: deed test core -Dtest=KernelsTest"
  };

  private AddOnCommands() {}

  /** Adds them to the command {@code deed} and to its command {@code convert}. */
  static void addTo(CommandLine deed) {
    deed.addSubcommand("check", ofLauncher("check", "[OPTION...]", CHECK));
    deed.addSubcommand("test", ofLauncher("test", "[product|lab|MODULE] [OPTION...]", TEST));
    CommandLine convert = Objects.requireNonNull(deed.getSubcommands().get("convert"));
    for (AddOn addOn : ServiceLoader.load(AddOn.class)) {
      addOn.commands().forEach(deed::addSubcommand);
      addOn.conversions().forEach(convert::addSubcommand);
    }
    if (!deed.getSubcommands().containsKey(TRAIN)) {
      deed.addSubcommand(
          TRAIN,
          refused(
              TRAIN,
              "comes with the training add-on, which is not on the class path",
              "start it with the launcher of a checkout, or add the jar deed-cli-training",
              "Trains or fine-tunes a model (training add-on)."));
    }
  }

  private static CommandSpec ofLauncher(String name, String arguments, String... description) {
    String todo = "start ./deed " + name + " in a checkout";
    CommandSpec spec = refused(name, "is run by the launcher", todo, description);
    spec.mixinStandardHelpOptions(true);
    spec.usageMessage().customSynopsis("deed " + name + " [-hV] " + arguments);
    return spec;
  }

  private static CommandSpec refused(
      String name, String why, String whatToDo, String... description) {
    Callable<Integer> refusal =
        () -> {
          throw new InputException("command " + name, why, whatToDo);
        };
    CommandSpec spec = CommandSpec.wrapWithoutInspection(refusal);
    spec.usageMessage().description(description);
    spec.parser().unmatchedArgumentsAllowed(true);
    return spec;
  }
}
