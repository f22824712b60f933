/**
 * Sound: files become samples of one channel, then the spectrogram or the samples that a model
 * reads. Files are untrusted: {@link SoundLimits} holds before anything is allocated, and while
 * samples come.
 *
 * <p>Begin with {@link SoundReader}. {@link SoundFormat} tells by the first bytes who decodes a
 * file: {@link WavFile}, another reader here, or the program {@code ffmpeg} ({@link Ffmpeg}), which
 * {@link FfmpegProgram} finds. {@link Resampler} changes the rate. {@link LogMelProcessor} makes
 * Whisper's spectrogram of a sound; {@link SampleProcessor} is for models that read samples.
 *
 * <p>A format that {@code ffmpeg} reads needs a signature in {@link SoundFormat} at most. A place
 * where that program lies is a {@link FfmpegProgram}, found as a service.
 *
 * <p>Numbers equal those of Transformers and SciPy; tests hold them.
 */
@NullMarked
package dev.deed.processing.sound;

import org.jspecify.annotations.NullMarked;
