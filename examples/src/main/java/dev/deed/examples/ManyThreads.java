package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.hub.ModelHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One model, shared by many threads: {@code ManyThreads MODEL PICTURE THREADS}. */
public final class ManyThreads {
  private ManyThreads() {}

  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[2]);
    // Each generation works with one thread: the callers bring their own.
    var opening = OpenOptions.defaults().withThreads(1);
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]), opening);
        var callers = Executors.newFixedThreadPool(threads)) {
      Callable<Generation> work =
          () -> model.generate(Input.ofImage(Path.of(args[1])), GenerationOptions.defaults());
      List<Future<Generation>> answers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        answers.add(callers.submit(work));
      }
      List<Integer> first = answers.getFirst().get().tokenIds();
      boolean same = true;
      for (Future<Generation> answer : answers) {
        same &= answer.get().tokenIds().equals(first);
      }
      System.out.printf("%d threads, the same answer: %s%n", threads, same);
    }
  }
}
