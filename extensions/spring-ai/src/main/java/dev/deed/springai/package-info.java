/**
 * Spring AI's models, answered in this JVM, and their auto-configuration.
 *
 * <p>Begin with {@link EngineChatModel} and {@link EngineTranscriptionModel}, which take an engine.
 * {@link DeedAutoConfiguration} makes them beans where {@link DeedProperties} name a model; one
 * folder is opened once.
 *
 * <p>A further property is a component of {@link DeedProperties} and a row in {@code
 * docs/frameworks.md}.
 */
@NullMarked
package dev.deed.springai;

import org.jspecify.annotations.NullMarked;
