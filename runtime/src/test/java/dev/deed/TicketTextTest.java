package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.Ticket.Event;
import dev.deed.value.EngineListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a ticket tells of texts, and when. */
final class TicketTextTest {
  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("models/screenshot-markup");
  private static final Input SAMPLE = Input.ofImage(FOLDER.resolve("samples/one-row.png"));
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(12);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final EncoderDecoderModel MODEL = EncoderDecoderModel.open(FOLDER, 1);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void aTokenIsToldBeforeTheNextStep() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    EngineListener waitsBehindTheFirstStep =
        new EngineListener() {
          @Override
          public void step(int rows, Duration time) {
            try {
              told.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (Engine engine =
        MODEL.engine(EngineOptions.defaults().withKnee(2).withListener(waitsBehindTheFirstStep))) {
      Ticket ticket = engine.submit(new Request(SAMPLE, OPTIONS));
      try {
        assertThat(ticket.next(PATIENCE))
            .isInstanceOfSatisfying(
                Event.Emitted.class,
                first -> {
                  assertThat(first.text()).isEqualTo("header");
                  assertThat(first.isWithheld()).isFalse();
                });
      } finally {
        told.countDown();
      }
    }
  }

  @Test
  void onlyWhatIsHeldBackIsToldLater() throws Exception {
    String text = Objects.requireNonNull(MODEL.generate(SAMPLE, OPTIONS).text());
    try (Engine engine = MODEL.engine(EngineOptions.defaults().withKnee(2))) {
      for (List<String> stop :
          List.of(List.<String>of(), List.of("no such"), List.of(text.substring(30) + "!"))) {
        Ticket ticket = engine.submit(new Request(SAMPLE, OPTIONS.withStop(stop)));
        StringBuilder joined = new StringBuilder();
        List<Event.Emitted> tokens = new ArrayList<>();
        Event event = ticket.next(PATIENCE);
        while (event instanceof Event.Emitted emitted) {
          tokens.add(emitted);
          joined.append(emitted.text());
          assertThat(text).startsWith(joined);
          event = ticket.next(PATIENCE);
        }
        String rest = ((Event.Ended) event).text();
        assertThat(joined + rest).isEqualTo(text);
        assertThat(tokens.getLast().isWithheld()).as("%s", stop).isEqualTo(!rest.isEmpty());
        assertThat(tokens.getFirst().isWithheld()).isFalse();
      }
    }
  }
}
