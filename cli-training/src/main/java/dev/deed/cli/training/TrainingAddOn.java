package dev.deed.cli.training;

import dev.deed.cli.AddOn;
import java.util.List;

/** Training, experiments and the converters of their data sets. */
public final class TrainingAddOn implements AddOn {
  @Override
  public List<Object> commands() {
    return List.of(new TrainCommand(), new ReproduceCommand());
  }

  @Override
  public List<Object> conversions() {
    return List.of(
        new ConvertPix2CodeCommand(),
        new ConvertSroieCommand(),
        new ConvertCopyingCommand(),
        new ConvertTextLinesCommand(),
        new ConvertFormulasCommand(),
        new ConvertPagesCommand(),
        new ConvertPromptCommand());
  }
}
