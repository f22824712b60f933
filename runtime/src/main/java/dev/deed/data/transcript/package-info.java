/**
 * Transcripts as text, as JSON in OpenAI's shapes, and as subtitles; and the task that makes them
 * of lines.
 *
 * <p>Begin with {@link TranscribeType}, the task. {@link TranscriptFormat} writes each format,
 * {@link TranscriptJson} the JSON ones, and {@link WindowLine} keeps the windows from which a
 * stopped transcription goes on.
 *
 * <p>A format of your own is a value of {@link TranscriptFormat} and a case where the command line
 * writes its file.
 */
@NullMarked
package dev.deed.data.transcript;

import org.jspecify.annotations.NullMarked;
