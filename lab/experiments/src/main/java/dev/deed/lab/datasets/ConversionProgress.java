package dev.deed.lab.datasets;

/** Hears how far a conversion is. */
@FunctionalInterface
public interface ConversionProgress {
  /** Called after each step of {@code total}. */
  void at(long done, long total);
}
