package dev.deed.evaluation.calibration;

/**
 * What a test says of a setting.
 *
 * @param pValue of "it loses too much", in the sense of {@link Goal#judge}
 * @param bound by which that was told
 */
public record Judgement(double pValue, String bound) {}
