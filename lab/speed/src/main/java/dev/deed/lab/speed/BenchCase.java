package dev.deed.lab.speed;

import dev.deed.OpenOptions;
import dev.deed.OpenOptions.Screening;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One thing to measure: a model under given conditions.
 *
 * @param model folder
 * @param precision of the weights in memory
 * @param screening which look-ups ask an int8 copy of the head first
 * @param headTokens the head has the first so many tokens alone; 0: all
 * @param threads that work on it
 * @param batch inputs decoded together
 * @param sourceLength tokens of a made-up text
 * @param newTokens to decode for each input, at least 2
 */
public record BenchCase(
    Path model,
    WeightPrecision precision,
    Screening screening,
    int headTokens,
    int threads,
    int batch,
    int sourceLength,
    int newTokens) {
  /** The precision in words, with what is special about the head. */
  public String weights() {
    if (headTokens > 0) {
      return precision.label() + ", " + headTokens + " tokens";
    }
    return switch (screening) {
      case AUTO -> precision.label();
      case ON -> precision.label() + " + screen";
      case OFF -> precision.label() + ", no screen";
    };
  }

  OpenOptions opening() {
    OpenOptions options =
        new OpenOptions(
            threads, WeightPrecision.valueOf(precision.name()), screening, null, true, null, null);
    return headTokens == 0
        ? options
        : options.withTokens(
            IntStream.range(0, headTokens).boxed().collect(Collectors.toCollection(TreeSet::new)));
  }

  /** The folder's own name. */
  public String name() {
    return model.toAbsolutePath().normalize().getFileName().toString();
  }
}
