package dev.deed.processing.sound;

/**
 * A sound of one channel.
 *
 * @param rate samples a second
 * @param samples −1 to 1, seldom beyond; not copied
 * @param missing seconds that its header states beyond its end, where the file is cut off; 0: it is
 *     whole; NaN: its end is missing, and no header says how much
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record Waveform(int rate, float[] samples, double missing) {}
