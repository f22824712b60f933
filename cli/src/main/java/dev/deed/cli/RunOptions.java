package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** The model of a command that computes with it, and how its weights are held. */
public sealed class RunOptions extends ModelOptions permits DecodeOptions {
  @Mixin PrecisionOption precision = new PrecisionOption();

  /** How a model is to be opened, the number of threads apart. */
  OpenOptions opening(Path model) {
    return precision.applyTo(OpenOptions.defaults(), model, this);
  }

  @Override
  public final EncoderDecoderModel open(ModelPlace model) {
    return open(model, opening(model.folder()));
  }

  /** Opens the command's model, with another one that drafts. */
  public final EncoderDecoderModel open(AssistantOption assistant) {
    return open(place(), assistant.addTo(opening(folder()), this));
  }
}
