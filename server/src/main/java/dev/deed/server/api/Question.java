package dev.deed.server.api;

import dev.deed.Request;
import dev.deed.data.InputLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a body.
 *
 * @param model the name of a served model; null where none is named
 * @param requests what is decoded, each for one or more answers
 * @param stream whether answers are sent as they come about
 * @param usage whether a stream ends with the number of tokens
 * @param trace whether answers tell how they came about
 * @param logprobs how many alternatives to each token are told of with its probability; null: no
 *     probabilities are told
 * @param line the line of the data format that the body is; null in OpenAI's interfaces
 */
record Question(
    @Nullable String model,
    List<Request> requests,
    boolean stream,
    boolean usage,
    boolean trace,
    @Nullable Integer logprobs,
    @Nullable InputLine line) {}
