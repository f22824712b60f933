/** Transcripts as files: text, JSON as OpenAI shapes it, subtitles. */
@NullMarked
package dev.deed.data.transcript;

import org.jspecify.annotations.NullMarked;
