package dev.deed.engine;

import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchResult;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import dev.deed.value.Phase;
import dev.deed.value.Result;
import dev.deed.value.Timing;
import org.jspecify.annotations.Nullable;

/** One request, as the engine sees it. */
public interface Work {
  /** Who asks. */
  Client client();

  /** What it takes, at most; known before anything is read. */
  Resources need();

  /** What it takes, now that the positions of its encoder output are known. */
  Resources needFor(int source);

  /**
   * Makes the encoder's input: texts are tokenized, pictures decoded. Called on a thread of a pool,
   * first quickly, and once more where that gave nothing. Ends soon where the request has ended.
   *
   * @param quickly whether only what takes little time is to be read
   * @return null when it would take long, and was not read
   * @throws InputException when it cannot be read
   */
  @Nullable EncoderInput read(boolean quickly);

  /**
   * What is to be decoded. Its listener is called on the decoding thread, so it must be quick.
   *
   * @throws InputException when the settings do not suit the input
   */
  SearchRequest search(EncoderInput input, EncoderOutput output);

  /**
   * Whether what was found was but a first question, and {@link #search} is to be asked for the
   * next with the same encoder output. Called on the decoding thread; must be quick.
   */
  default boolean goesOn(Outcome outcome) {
    return false;
  }

  /** Its phase has changed. Called by several threads; must be quick. */
  void reached(Phase phase);

  /** It has ended. Called once, by any of several threads; must be quick. */
  void ended(Outcome outcome);

  sealed interface Outcome {
    /** It was decoded, or its scores were no numbers. */
    record Decoded(Result<SearchResult> outcome, Timing timing) implements Outcome {}

    /** It could not be answered. */
    record Refused(InputException error) implements Outcome {}

    record Cancelled() implements Outcome {}

    /** Another client's, whose turn came before, has its place now. */
    record Overtaken() implements Outcome {}

    /** The engine failed it, for want of memory or by a fault of its own. */
    record Failed(Throwable cause) implements Outcome {}
  }
}
