package dev.deed.server.api;

import dev.deed.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a body. Immutable.
 *
 * @param model the name of a served model; null where none is named
 * @param requests what is decoded, each for one or more answers
 * @param stream whether answers are sent as they come about
 * @param usage whether a stream ends with the number of tokens
 * @param trace whether answers tell how they came about
 * @param logprobs how many alternatives to each token are told of with its probability; null: no
 *     probabilities are told
 */
record Question(
    @Nullable String model,
    List<Request> requests,
    boolean stream,
    boolean usage,
    boolean trace,
    @Nullable Integer logprobs) {
  // Written out: of a compact constructor, class files do not tell what may be null.
  Question(
      @Nullable String model,
      List<Request> requests,
      boolean stream,
      boolean usage,
      boolean trace,
      @Nullable Integer logprobs) {
    this.model = model;
    this.requests = List.copyOf(requests);
    this.stream = stream;
    this.usage = usage;
    this.trace = trace;
    this.logprobs = logprobs;
  }
}
