package dev.deed.lab.commands;

import dev.deed.cli.AddOn;
import java.util.List;

/** What measures, repeats experiments and draws, and the converters of their data sets. */
public final class LaboratoryAddOn implements AddOn {
  @Override
  public List<Object> commands() {
    return List.of(
        new BenchCommand(), new ChartsCommand(), new DraftTimesCommand(), new ReproduceCommand());
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
        new ConvertPromptCommand(),
        new ConvertValuesCommand(),
        new ConvertReceiptsCommand());
  }
}
