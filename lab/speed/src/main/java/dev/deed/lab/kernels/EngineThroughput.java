package dev.deed.lab.kernels;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.EngineListener;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Tokens a second of clients that each wait for their answer and then ask again: one after the
 * other, as static batches of all clients, and as requests in flight. {@code EngineThroughput MODEL
 * CLIENTS TOKENS SOURCE [PRECISION]}; three rounds, of which the first warms up.
 */
public final class EngineThroughput {
  private static final int ROUNDS = 3;

  /** Requests of a client. */
  private static final int TURNS = 3;

  private final EncoderDecoderModel model;
  private final int clients;
  private final List<Request> requests = new ArrayList<>();
  private final List<Double> gaps = Collections.synchronizedList(new ArrayList<>());
  private final List<Double> steps = Collections.synchronizedList(new ArrayList<>());
  private final int tokens;

  private EngineThroughput(EncoderDecoderModel model, int clients, int tokens, int source) {
    this.model = model;
    this.clients = clients;
    this.tokens = tokens;
    Random random = new Random(1);
    GenerationOptions options =
        GenerationOptions.defaults().withMaxNewTokens(tokens).withMinNewTokens(tokens);
    for (int i = 0; i < TURNS * clients; i++) {
      int[] ids = random.ints(source, 10, 30_000).toArray();
      requests.add(new Request(Input.ofTokenIds(ids), options));
    }
  }

  public static void main(String[] args) throws InterruptedException {
    OpenOptions options =
        args.length < 5
            ? OpenOptions.defaults()
            : OpenOptions.defaults()
                .withPrecision(WeightPrecision.valueOf(args[4].toUpperCase(Locale.ROOT)));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(args[0]), options)) {
      EngineThroughput throughput =
          new EngineThroughput(
              model,
              Integer.parseInt(args[1]),
              Integer.parseInt(args[2]),
              Integer.parseInt(args[3]));
      for (int round = 0; round < ROUNDS; round++) {
        throughput.round();
      }
    }
  }

  private void round() throws InterruptedException {
    long begin = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      model.generate(List.of(requests.get(i)));
    }
    double serial = rate(clients, begin);
    begin = System.nanoTime();
    for (int turn = 0; turn < TURNS; turn++) {
      model.generate(requests.subList(turn * clients, (turn + 1) * clients));
    }
    double batches = rate(requests.size(), begin);
    double engine = engine();
    System.out.printf(
        Locale.ROOT,
        "serial %.1f, static batches %.1f, engine %.1f tokens/s: %.2f of serial, %.3f of batches;"
            + " ms between tokens %.1f (median) %.1f (95 %%), ms a step %.1f (median)%n",
        serial,
        batches,
        engine,
        engine / serial,
        engine / batches,
        percentile(gaps, 50),
        percentile(gaps, 95),
        percentile(steps, 50));
  }

  private double rate(int answers, long begin) {
    return answers * tokens / ((System.nanoTime() - begin) / 1e9);
  }

  private double engine() throws InterruptedException {
    gaps.clear();
    steps.clear();
    EngineOptions options =
        EngineOptions.defaults()
            .withMaxRows(clients)
            .withKnee(clients)
            .withEncodedBytes(0)
            .withListener(
                new EngineListener() {
                  @Override
                  public void step(int rows, Duration time) {
                    steps.add(time.toNanos() / 1e6);
                  }
                });
    try (Engine engine = model.engine(options)) {
      long begin = System.nanoTime();
      List<Thread> all = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        int number = client;
        all.add(Thread.ofVirtual().start(() -> ask(engine, number)));
      }
      for (Thread thread : all) {
        thread.join();
      }
      return rate(requests.size(), begin);
    }
  }

  private void ask(Engine engine, int client) {
    try {
      for (int turn = 0; turn < TURNS; turn++) {
        Ticket ticket = engine.submit(requests.get(turn * clients + client));
        long last = 0;
        while (!(ticket.next(Duration.ofMinutes(2)) instanceof Ticket.Event.Ended)) {
          long now = System.nanoTime();
          if (last != 0) {
            gaps.add((now - last) / 1e6);
          }
          last = now;
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double percentile(List<Double> values, int percent) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }
}
