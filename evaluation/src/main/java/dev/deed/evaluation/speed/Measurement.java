package dev.deed.evaluation.speed;

import java.util.List;

/**
 * What one engine took in one round; medians of its repeats, in milliseconds.
 *
 * @param encoderMillis of the whole batch; NaN when the engine cannot run its encoder alone
 * @param firstTokenMillis encoder and one decoder step
 * @param tokenMillis a decoder step of the whole batch: what the tokens after the first took, by
 *     their number
 * @param peakMebibytes most memory of the process; NaN when not known
 * @param tokenIds of the first input, perhaps only its beginning
 * @param digest of the ids of all inputs
 */
public record Measurement(
    double encoderMillis,
    double firstTokenMillis,
    double tokenMillis,
    double peakMebibytes,
    List<Integer> tokenIds,
    String digest) {}
