package dev.deed.speech;

import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.Token;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an engine one question after the other, for one recording, so that those of other clients
 * come in between. Belongs to one thread.
 */
final class EngineQuestions {
  private final WindowQueue queue;
  private boolean isFirst = true;
  private Effort effort = Effort.NONE;
  private @Nullable Drafts drafts;

  EngineQuestions(WindowQueue queue) {
    this.queue = queue;
  }

  /** Counts what was asked before. */
  void goOn(Effort before, @Nullable Drafts draftsBefore) {
    effort = before;
    drafts = draftsBefore;
  }

  /** What all answers so far took. */
  Effort effort() {
    return effort;
  }

  /** What became of drafts so far; null where none were verified. */
  @Nullable Drafts drafts() {
    return drafts;
  }

  /**
   * An answer and the ticket that gave it.
   *
   * @param generation what was found
   * @param ticket of the question
   */
  record Answer(Generation generation, Ticket ticket) {}

  /**
   * An answer; an interruption of the thread gives it up.
   *
   * @throws dev.deed.value.InputException when the model cannot answer
   * @throws dev.deed.EngineFullException when there is no place for it
   * @throws CancellationException when the thread is interrupted, or the engine closed
   * @throws CompletionException when its time is over, or the engine fails
   */
  Answer ask(Input window, List<Integer> prefix, GenerationOptions options) {
    int[] start = prefix.stream().mapToInt(Integer::intValue).toArray();
    Ticket ticket = null;
    try {
      ticket = queue.take(new Request(window.withDecoderPrefix(start), options), isFirst);
      isFirst = false;
      Generation answer = ticket.result().get().orThrow();
      effort = effort.plus(List.of(answer.effort()));
      if (answer.drafts() != null) {
        drafts = drafts == null ? answer.drafts() : drafts.plus(answer.drafts());
      }
      return new Answer(answer, ticket);
    } catch (InterruptedException e) {
      if (ticket != null) {
        ticket.cancel();
      }
      Thread.currentThread().interrupt();
      CancellationException stopped =
          new CancellationException("stopped: the transcript is not whole; run it again");
      stopped.initCause(e);
      throw stopped;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new CompletionException(e.getCause());
    }
  }

  /**
   * Which of some tokens follows a prefix, at full depth, with its log-probability among all.
   *
   * @throws dev.deed.value.InputException as {@link #ask} does
   * @throws CancellationException as {@link #ask} does
   */
  Token choose(Input window, List<Integer> prefix, List<Integer> among) {
    GenerationOptions options =
        GenerationOptions.defaults()
            .withExits(ExitSettings.full())
            .withSetting("num_beams", 1)
            .withSetting("num_return_sequences", 1)
            .withSetting("do_sample", false)
            .withSetting("allowed_tokens", among)
            .withSetting("suppress_tokens", null)
            .withSetting("begin_suppress_tokens", null)
            .withSetting("forced_bos_token_id", null)
            .withSetting("forced_eos_token_id", null)
            .withSetting("return_timestamps", false)
            .withSetting("min_length", null)
            .withSetting("min_new_tokens", null)
            .withMaxNewTokens(1);
    return ask(window, prefix, options).generation().tokens().getFirst();
  }
}
