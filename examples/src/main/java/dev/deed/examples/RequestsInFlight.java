package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.hub.ModelHub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers requests that come one by one, all of them in the same steps: {@code RequestsInFlight
 * MODEL PICTURE…}. The first answer is shown as it comes.
 */
public final class RequestsInFlight {
  private RequestsInFlight() {}

  public static void main(String[] args) throws InterruptedException {
    EngineOptions options = EngineOptions.defaults().withMaxRows(4).withMaxWaiting(32);
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]));
        var engine = model.engine(options)) {
      List<Ticket> tickets = new ArrayList<>();
      for (int i = 1; i < args.length; i++) {
        Input picture = Input.ofImage(Path.of(args[i]));
        // Throws an EngineFullException where no place becomes free in a minute.
        tickets.add(engine.offer(Request.of(picture), Duration.ofMinutes(1)));
      }
      show(tickets.getFirst());
      for (Ticket ticket : tickets.subList(1, tickets.size())) {
        System.out.println(ticket.result().join().orThrow().text());
      }
    }
  }

  private static void show(Ticket ticket) throws InterruptedException {
    while (true) {
      switch (ticket.next(Duration.ofSeconds(5))) {
        case Ticket.Event.Emitted emitted -> System.out.print(emitted.text());
        case Ticket.Event.Waiting waiting -> System.out.print("(" + waiting.phase() + ")");
        case Ticket.Event.Ended ended -> {
          System.out.println(ended.text());
          return;
        }
      }
    }
  }
}
