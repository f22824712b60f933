package dev.deed.speech;

import dev.deed.Asker;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.Token;
import dev.deed.files.Interruption;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an engine one question after the other, for one recording, so that those of other clients
 * come in between. Belongs to one thread.
 */
final class EngineQuestions {
  /** One token, without what a folder may state of answers. */
  private static final GenerationOptions CHOICE =
      GenerationOptions.defaults()
          .withExits(ExitSettings.full())
          .withBeams(1)
          .withReturnedSequences(1)
          .withSampling(false)
          .withSetting("suppress_tokens", null)
          .withSetting("begin_suppress_tokens", null)
          .withSetting("forced_bos_token_id", null)
          .withSetting("forced_eos_token_id", null)
          .withSetting("return_timestamps", false)
          .withSetting("min_length", null)
          .withSetting("min_new_tokens", null)
          .withMaxNewTokens(1);

  private final Asker asker;
  private Effort effort = Effort.NONE;
  private @Nullable Drafts drafts;

  EngineQuestions(Asker asker) {
    this.asker = asker;
  }

  void resume(Effort before, @Nullable Drafts draftsBefore) {
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
   * An answer, with what was asked.
   *
   * @param request whose input has what the encoder made of it where that was to be kept
   */
  record Answer(Generation generation, Request request) {
    Input window() {
      return request.input();
    }
  }

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
    Input input = window.withDecoderPrefix(start);
    Ticket ticket = null;
    try {
      Request request = new Request(input, options);
      ticket = asker.ask(request);
      Generation answer = ticket.await();
      effort = effort.plus(List.of(answer.effort()));
      if (answer.drafts() != null) {
        drafts = drafts == null ? answer.drafts() : drafts.plus(answer.drafts());
      }
      return new Answer(answer, request);
    } catch (InterruptedException e) {
      if (ticket != null) {
        ticket.cancel();
      }
      throw Interruption.stopped(e, "the transcript is not whole; run it again");
    }
  }

  /**
   * Which of some tokens follows a prefix, at full depth, with its log-probability among all;
   * throws as {@link #ask} does.
   */
  Token choose(Input window, List<Integer> prefix, List<Integer> among) {
    GenerationOptions options = CHOICE.withSetting("allowed_tokens", among);
    return ask(window, prefix, options).generation().tokens().getFirst();
  }
}
