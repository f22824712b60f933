package dev.deed.value;

import java.time.Duration;

/**
 * What an engine holds at a moment. Immutable.
 *
 * @param running requests that have their rows
 * @param waiting requests that wait for them
 * @param rows that running requests have taken
 * @param memory that requests have taken, in bytes
 * @param sinceProgress how long ago the engine last finished a piece of work; zero when it has none
 * @param perAnswer in which an answer is to be expected, from those of late; zero when it has none
 */
public record EngineStatus(
    int running, int waiting, int rows, long memory, Duration sinceProgress, Duration perAnswer) {}
