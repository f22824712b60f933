package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineFullException;
import dev.deed.EngineOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.hub.ModelHub;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A service behind an interface of one's own, as applications with dependency injection have it:
 * {@code AnswerService MODEL PICTURE}. The interface is what is mocked in tests, and proxied.
 */
public final class AnswerService {
  private AnswerService() {}

  /** What the application needs of a model; a lambda stands for it in tests. */
  @FunctionalInterface
  public interface Answers {
    /** The text of an answer. */
    String answer(Input input);
  }

  /**
   * Answers of an engine.
   *
   * @param patience how long a caller waits for a place, and then for the answer
   */
  public record EngineAnswers(Engine engine, Duration patience) implements Answers {
    @Override
    public String answer(Input input) {
      try {
        Ticket ticket = engine.offer(Request.of(input), patience, patience);
        return String.valueOf(ticket.result().join().orThrow().text());
      } catch (EngineFullException e) {
        long seconds = e.retryAfter().toSeconds();
        throw new IllegalStateException("busy; try again in " + seconds + " s", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  public static void main(String[] args) {
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]));
        var engine = model.engine(EngineOptions.defaults())) {
      Answers answers = new EngineAnswers(engine, Duration.ofMinutes(1));
      System.out.println(answers.answer(Input.ofImage(Path.of(args[1]))));
    }
  }
}
