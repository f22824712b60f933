/**
 * Speech to text for recordings of any length, by models that read a spectrogram and write
 * timestamps (Whisper, Radford et al. 2022, arXiv 2212.04356).
 *
 * <p>Begin with {@link Transcriber}, which makes a {@link Transcript} of a {@link Recording}.
 * {@link TranscriptionOptions} say how; their names are in {@link SpeechSettings}. Behind it,
 * {@link ChannelWindows} goes from window to window, {@link WindowDecoder} decodes one and tries
 * again where the answer is poor, {@link WindowSegments} cuts it at its timestamps. {@link
 * VoiceActivity} says when somebody speaks, {@link WordTimes} when a word is said. Each window is a
 * request to an engine, so windows of several recordings run as one batch.
 *
 * <p>A setting of your own is an entry in {@link SpeechSettings#ALL} and a component of {@link
 * TranscriptionOptions}; every door then has it. Times, cuts and thresholds follow Transformers'
 * sequential algorithm, and tests hold them to it.
 */
@NullMarked
package dev.deed.speech;

import org.jspecify.annotations.NullMarked;
