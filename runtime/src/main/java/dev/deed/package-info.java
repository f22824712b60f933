/**
 * The API that applications embed. {@link dev.deed.EncoderDecoderModel} opens a model folder, reads
 * an {@link dev.deed.Input} and generates the answer.
 *
 * <pre>{@code
 * try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of("models/screenshot-markup"))) {
 *   Generation answer = model.generate(Input.ofImage(Path.of("page.png")));
 *   System.out.println(answer.text());
 * }
 * }</pre>
 *
 * <p>Then read {@link dev.deed.GenerationOptions} and {@link dev.deed.value.ExitSettings}, which
 * say how to generate, and {@link dev.deed.Generation}, what came of it. {@link dev.deed.Engine}
 * answers requests as they come, all in the same steps; a {@link dev.deed.Ticket} gives the tokens
 * of one. Recordings, whole pages and tables have packages of their own, which ask for their parts
 * through an {@link dev.deed.Asker}.
 *
 * <p>Behind the API, {@code BatchGeneration} is the map of a list of requests: {@code
 * RequestPreparation} checks them, {@code ModelExits} makes a rule of their exit settings, and
 * {@code dev.deed.decode} decodes. DEED's own modules reach what lies behind a model through {@code
 * ModelInternals} alone.
 *
 * <p>The whole package keeps these rules:
 *
 * <ul>
 *   <li>A layer is a layer of the decoder. Layers count from 1. Full depth means that a token runs
 *       through all of them.
 *   <li>Times are in milliseconds. Places and sizes on pictures and pages are in pixels. Logarithms
 *       are natural.
 *   <li>A shape such as [positions, vocabulary] names the sizes of an array, which is row-major:
 *       the last size varies fastest.
 *   <li>{@link dev.deed.value.InputException} reports a folder, an input or an option that cannot
 *       be used. It is unchecked, and its message is one line.
 *   <li>An argument must not be null unless it is marked {@code @Nullable}. The methods that take
 *       an application's inputs and options refuse null with a {@link
 *       java.lang.NullPointerException} whose message names the argument, such as {@code
 *       requests[2]}.
 *   <li>Inputs, options and answers are immutable. A model is safe for use from many threads.
 * </ul>
 */
@NullMarked
package dev.deed;

import org.jspecify.annotations.NullMarked;
