/**
 * Apache Tika's view of sound: a recording becomes paragraphs of text.
 *
 * <p>Begin with {@link DeedSpeechParser}, a parser that Tika finds as a service. It takes sound
 * once a model is named, and leaves tags to Tika's own parsers. How to transcribe is said by a
 * {@code TranscriptionOptions} in the parse context.
 */
@NullMarked
package dev.deed.tika;

import org.jspecify.annotations.NullMarked;
