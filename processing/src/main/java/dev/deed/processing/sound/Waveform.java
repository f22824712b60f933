package dev.deed.processing.sound;

/**
 * A sound of one channel.
 *
 * @param rate samples a second
 * @param samples −1 to 1, seldom beyond; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record Waveform(int rate, float[] samples) {}
