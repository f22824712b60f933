package dev.deed.evaluation;

/**
 * A number with its 90 % bootstrap interval.
 *
 * @param value over all examples
 * @param low 5th percentile over resampled data sets
 * @param high 95th percentile
 */
public record Estimate(double value, double low, double high) {}
