/**
 * An HTTP service for models: our own interface, OpenAI's shapes, sessions of speech, descriptions,
 * health, metrics, the page.
 *
 * <p>Begin with {@link DeedServer}: {@code start} opens the port, {@code open} the models, {@code
 * drain} and {@code close} end it. {@link Endpoints} lists every path with the class that answers
 * it. {@link TaskEndpoint} runs any task on a line; {@link GenerationEndpoint} answers token by
 * token, in the shape that a parser of its body asks for; {@link TranscriptionEndpoint} takes
 * OpenAI's form, {@link RealtimeSession} a WebSocket. {@link Service} is what all of them work
 * with: it takes a model, runs the task and turns what failed into an answer.
 *
 * <p>An endpoint of your own is a class here, a line in {@link Endpoints}, and its description in
 * {@code openapi.yaml}. A task that is found as a service ({@code dev.deed.data.TaskType}) has its
 * path without any of these. Connections are in {@code dev.deed.server.http}, models in {@code
 * dev.deed.server.serving}.
 *
 * <p>Bodies, forms and headers are untrusted. The server keeps no state on disk, and what a client
 * wrote never becomes the label of a metric, the name of a file or a line of the log.
 */
@NullMarked
package dev.deed.server;

import org.jspecify.annotations.NullMarked;
