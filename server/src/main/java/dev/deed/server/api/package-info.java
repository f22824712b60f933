/**
 * The endpoints: our own interface, OpenAI's shapes, sessions of speech, descriptions, health,
 * metrics and the page.
 *
 * <p>Begin with {@link Endpoints}, the list of all paths. {@link TaskEndpoint} runs any task on a
 * line; {@link GenerationEndpoint} answers token by token, in the shape that a parser of its body
 * asks for; {@link TranscriptionEndpoint} takes OpenAI's form, {@link RealtimeSession} a WebSocket.
 * {@link Service} is what all of them work with: it takes a model, runs the task and turns what
 * failed into an answer.
 *
 * <p>An endpoint of your own is a class here, a line in {@link Endpoints}, and its description in
 * {@code openapi.yaml}. A chat of another vendor is a body and an answer beside {@link OpenAiBody}
 * and {@link OpenAiAnswer}.
 *
 * <p>What a client wrote never becomes the label of a metric, the name of a file or a line of the
 * log.
 */
@NullMarked
package dev.deed.server.api;

import org.jspecify.annotations.NullMarked;
