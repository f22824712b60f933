/**
 * LangChain4j's models, answered in this JVM.
 *
 * <p>Begin with {@link DeedChatModel}; {@link DeedStreamingChatModel} and {@link
 * DeedTranscriptionModel} are the other two. Their builders take a folder, a name of the Hub, or an
 * engine that is shared. {@link LocalChat} turns a chat into a request and refuses what an
 * encoder-decoder cannot do; {@link LocalModel} is the engine with its time limit.
 *
 * <p>A further interface of LangChain4j is a class beside these over {@link LocalModel}. The
 * package uses what {@code deed-runtime} and {@code deed-hub} publish, and nothing else.
 */
@NullMarked
package dev.deed.langchain4j;

import org.jspecify.annotations.NullMarked;
