package dev.deed.engine;

import java.time.Duration;

/**
 * What an engine may use.
 *
 * @param limits rows, waiting places, memory
 * @param maxPause of running answers while others are encoded
 * @param saturation rows from which on decoding comes before encoding
 * @param keptBytes of encoder outputs, kept for inputs that come again
 * @param readers threads that read inputs
 * @param longReaders others for those that take long
 */
public record EngineSettings(
    Admission.Limits limits,
    Duration maxPause,
    int saturation,
    long keptBytes,
    int readers,
    int longReaders) {}
