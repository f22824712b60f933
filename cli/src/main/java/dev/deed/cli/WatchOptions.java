package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.watch.Watch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which share of the answers is verified, and what they may lose. */
public final class WatchOptions {
  @Option(names = "--watch", paramLabel = "SHARE", descriptionKey = "watch.watch")
  double share;

  @Option(
      names = "--watch-tolerance",
      paramLabel = "POINTS",
      descriptionKey = "watch.watch-tolerance")
  @Nullable Double tolerance;

  @Option(names = "--watch-seed", paramLabel = "N", descriptionKey = "watch.watch-seed")
  @Nullable Long seed;

  /**
   * Checks the numbers by themselves.
   *
   * @throws InputException when one is out of range, or there is no share that they belong to
   */
  public void check() {
    OptionBounds.require(share >= 0 && share <= 1, "--watch", share, "give a share, 0..1");
    InputException.require(
        share > 0 || tolerance == null && seed == null,
        tolerance == null ? "--watch-seed" : "--watch-tolerance",
        "needs answers that are watched",
        "give --watch SHARE with it, or leave it out");
    OptionBounds.require(
        tolerance == null || tolerance > 0 && tolerance < 100,
        "--watch-tolerance",
        String.valueOf(tolerance),
        "give more than 0, less than 100");
  }

  public boolean wanted() {
    return share > 0;
  }

  /**
   * A watch over the answers of a job.
   *
   * @param options of lines that state none of their own
   * @return null where no answers are watched
   * @throws InputException when nothing of these answers could be verified, or nobody says what may
   *     be lost
   */
  public @Nullable Watch over(EncoderDecoderModel model, GenerationOptions options) {
    return over(model, options, "give --beams 1 and --return 1, or leave it out");
  }

  /**
   * A watch over the answers of a served model that leave exits to it.
   *
   * @param name what clients call it
   * @return null where no answers are watched
   * @throws InputException that names the model, when {@link #over(EncoderDecoderModel,
   *     GenerationOptions)} throws
   */
  public @Nullable Watch over(String name, EncoderDecoderModel model) {
    String place = "model " + name;
    try {
      return over(
          model,
          GenerationOptions.defaults(),
          "set num_beams and num_return_sequences to 1 in its generation_config.json, or leave"
              + " --watch out");
    } catch (InputException e) {
      if (e.what().equals("--watch")) {
        throw e.in(place);
      }
      throw new InputException(
          place + ": " + e.what(), e.why(), "calibrate it (deed calibrate), or leave --watch out");
    }
  }

  private @Nullable Watch over(
      EncoderDecoderModel model, GenerationOptions options, String without) {
    if (!wanted()) {
      return null;
    }
    InputException.require(
        !model.internals().ranks(options),
        "--watch",
        "cannot verify beam searches or several answers, which the settings ask for",
        without);
    ExitSettings exits = options.exits();
    double allowed = allowed(model, exits);
    return new Watch(model, exits, new Watch.Plan(share, allowed, seed == null ? 1 : seed));
  }

  private double allowed(EncoderDecoderModel model, ExitSettings exits) {
    if (tolerance != null) {
      return tolerance / 100;
    }
    Double promised = exits.equals(ExitSettings.own()) ? Watch.promised(model) : null;
    if (promised == null) {
      throw new InputException(
          "--watch",
          "does not know how many answers may differ: the policy was not calibrated for exact match"
              + " against full depth",
          "give --watch-tolerance POINTS: of 100 answers so many may differ, such as 1");
    }
    return promised;
  }
}
