package dev.deed.engine;

import java.time.Duration;

/**
 * What an engine holds at a moment.
 *
 * @param running requests that have their rows
 * @param waiting requests that have none yet
 * @param rows that are taken
 * @param bytes that are taken
 * @param idle since it last did a piece of work; zero when it has none
 * @param perAnswer in which an answer is to be expected, from those of late
 */
public record EngineStatus(
    int running, int waiting, int rows, long bytes, Duration idle, Duration perAnswer) {}
