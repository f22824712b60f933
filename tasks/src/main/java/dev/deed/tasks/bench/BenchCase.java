package dev.deed.tasks.bench;

import dev.deed.tensor.Precision;
import java.nio.file.Path;

/**
 * One thing to measure: a model under given conditions.
 *
 * @param model folder
 * @param precision of the weights in memory
 * @param screening whether an int8 copy of the head is asked first
 * @param threads that work on it
 * @param batch inputs decoded together
 * @param sourceLength tokens of a made-up text
 * @param newTokens to decode for each input, at least 2
 */
public record BenchCase(
    Path model,
    Precision precision,
    boolean screening,
    int threads,
    int batch,
    int sourceLength,
    int newTokens) {
  /** The precision in words, with the copy of the head where there is one. */
  public String weights() {
    return screening ? precision.label() + " + screen" : precision.label();
  }

  /** The folder's own name. */
  public String name() {
    return model.toAbsolutePath().normalize().getFileName().toString();
  }
}
