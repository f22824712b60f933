/**
 * Models that are served: opened, exchanged, asked and counted.
 *
 * <p>Begin with {@link ModelRegistry}, which holds them, loads and unloads them, and says whether
 * requests are taken. A {@link ServedModel} is a model with its engine. {@link ServedAsker} gets
 * the requests of one task answered within a client's share and a deadline; {@link Pending} follows
 * one request until its answer is whole. {@link ServingMeters} and {@link ModelMeters} count,
 * {@link Traces} makes spans.
 *
 * <p>A metric of your own goes into {@link ModelMeters}, or {@link ServingMeters} where it is of no
 * model, and into {@code docs/serving.md}. Labels have few values, all of which the server knows
 * beforehand.
 */
@NullMarked
package dev.deed.server.serving;

import org.jspecify.annotations.NullMarked;
