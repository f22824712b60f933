package dev.deed.lab.reproduce;

import dev.deed.files.AtomicFiles;
import dev.deed.files.TargetLock;
import dev.deed.lab.reproduce.Experiment.Evaluation;
import dev.deed.lab.reproduce.Experiment.Kept;
import dev.deed.lab.reproduce.Experiment.Step;
import dev.deed.lab.reproduce.ShippedModels.Measurement;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs an experiment: what was made or measured before is kept, a training that was stopped goes
 * on.
 *
 * @param data folder of the data sets
 * @param work folder of what experiments make; each has one of its own in it
 * @param root the project's folder
 * @param results folder of the results, whose archives of raw figures are in {@code raw}
 * @param jobs trainings at a time, at least 1
 * @param deed runs commands
 * @param note hears what goes on, a line at a time, from several threads
 */
public record Reproduction(
    Path data, Path work, Path root, Path results, int jobs, Deed deed, Consumer<String> note) {
  /** Runs {@code deed}. */
  @FunctionalInterface
  public interface Deed {
    /**
     * Runs a command to its end.
     *
     * @param log where all that it prints goes
     * @return its exit code
     * @throws InterruptedException when this thread is interrupted; the command is stopped then
     */
    int run(List<String> arguments, Path log) throws IOException, InterruptedException;
  }

  /**
   * Runs an experiment and writes its page.
   *
   * @return the page
   * @throws InputException when a command refuses its input, with the place of its log, a folder
   *     cannot be written, or another run is making the same there
   * @throws CancellationException when the thread is interrupted; what was made stays
   */
  public Path run(Experiment experiment) throws IOException {
    Path own = work.resolve(experiment.name());
    try (TargetLock making = TargetLock.on(own.resolve("results"));
        TargetLock publishing = TargetLock.on(archive(experiment).file())) {
      return run(experiment, own);
    }
  }

  private Path run(Experiment experiment, Path own) throws IOException {
    try {
      for (Step step : experiment.preparations()) {
        make(experiment.name(), own, step);
      }
      trainAll(experiment, own);
      for (Step step : experiment.calibrations()) {
        make(experiment.name(), own, step);
      }
      for (Evaluation evaluation : experiment.evaluations()) {
        String name = evaluation.files(experiment);
        List<String> command = new ArrayList<>(evaluation.command());
        command.addAll(List.of("--out", "{work}/results/" + name));
        Step step = new Step("eval-" + name, command);
        if (!Files.exists(evaluated(own, name))) {
          // Deleted since, perhaps to be measured again.
          Files.deleteIfExists(done(own, step));
        }
        make(experiment.name(), own, step);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "stopped: what was made is in " + own + "; the same command goes on");
    }
    return publish(experiment, own);
  }

  /**
   * Measures the shipped models again, on the whole splits that their cards name.
   *
   * @return each figure beside the one that is stated
   * @throws InputException as in {@link #run(Experiment)}; also where lossless exits give another
   *     answer than full depth
   * @throws CancellationException when the thread is interrupted
   */
  public List<ShippedCheck> checkShipped() throws IOException {
    return checkShipped(ShippedModels.read());
  }

  List<ShippedCheck> checkShipped(ShippedModels models) throws IOException {
    Path own = work.resolve("shipped");
    List<ShippedCheck> checks = new ArrayList<>();
    try (TargetLock _ = TargetLock.on(own.resolve("results"))) {
      for (Step step : models.preparations()) {
        make("shipped", own, step);
      }
      for (Measurement measurement : models.measurements()) {
        Step step = measurement.step();
        Path out = own.resolve(step.makes());
        List<String> command = new ArrayList<>(filled(step.command(), own));
        command.addAll(List.of("--out", out.toString()));
        run(own, step.makes(), command);
        checks.addAll(ShippedCheck.of(measurement, out.resolve("evaluation.json")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("stopped: run it again");
    }
    return checks;
  }

  private void trainAll(Experiment experiment, Path own) throws InterruptedException, IOException {
    SequencedMap<Step, Future<?>> running = new LinkedHashMap<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(jobs)) {
      for (Step step : experiment.trainings()) {
        List<Future<?>> before = new ArrayList<>();
        running.forEach(
            (earlier, future) -> {
              if (step.uses(earlier)) {
                before.add(future);
              }
            });
        // Workers take steps in their order, so what a step waits for is done or being done.
        running.put(
            step,
            workers.submit(
                () -> {
                  for (Future<?> earlier : before) {
                    earlier.get();
                  }
                  make(experiment.name(), own, step);
                  return step;
                }));
      }
      for (Future<?> future : running.values()) {
        try {
          future.get();
        } catch (InterruptedException e) {
          workers.shutdownNow();
          throw e;
        } catch (ExecutionException e) {
          workers.shutdownNow();
          switch (e.getCause()) {
            case IOException cause -> throw cause;
            case InterruptedException cause -> throw cause;
            case RuntimeException cause -> throw cause;
            case null, default -> throw new IllegalStateException(e);
          }
        }
      }
    }
  }

  /** Runs a step unless it was run before. */
  private void make(String name, Path own, Step step) throws IOException, InterruptedException {
    Path done = done(own, step);
    if (Files.exists(done)) {
      note.accept(name + ": " + step.makes() + " is there");
      return;
    }
    List<String> command = new ArrayList<>(filled(step.command(), own));
    if (command.getFirst().equals("train")) {
      Path out = own.resolve(step.makes());
      command.addAll(List.of("--out", out.toString()));
      if (Files.exists(out.resolve("training/recipe.json"))) {
        command.add("--resume");
      }
    }
    long start = System.nanoTime();
    run(own, step.makes(), command);
    double minutes = (System.nanoTime() - start) / 60e9;
    AtomicFiles.writeText(done, String.format(Locale.ROOT, "%.1f%n", minutes));
    note.accept(
        String.format(Locale.ROOT, "%s: %s made in %.1f minutes", name, step.makes(), minutes));
  }

  /** What says that a step was run. */
  private static Path done(Path own, Step step) {
    return own.resolve(step.makes() + ".done");
  }

  /** The figures of an evaluation. */
  private static Path evaluated(Path own, String name) {
    return own.resolve("results").resolve(name).resolve("evaluation.json");
  }

  private void run(Path own, String name, List<String> command)
      throws IOException, InterruptedException {
    Path log = own.resolve(name + ".log");
    note.accept("deed " + String.join(" ", command) + "   (log: " + log + ")");
    int code = deed.run(command, log);
    if (code != 0) {
      throw new InputException(
          name, "ended with exit code " + code, "read the end of " + log + ", then run again");
    }
  }

  private List<String> filled(List<String> command, Path own) {
    return command.stream()
        .map(
            argument ->
                argument
                    .replace("{data}", data.toString())
                    .replace("{work}", own.toString())
                    .replace("{root}", root.toString()))
        .toList();
  }

  /** Writes the page, and an archive of the page and the raw figures. */
  private Path publish(Experiment experiment, Path own) throws IOException {
    RawArchive archive = archive(experiment);
    Map<String, String> before = archive.read();
    SequencedMap<String, String> raw = new LinkedHashMap<>();
    for (Evaluation evaluation : experiment.evaluations()) {
      String name = evaluation.files(experiment);
      raw.put(name + ".json", anywhere(Files.readString(evaluated(own, name)), own));
    }
    for (Kept kept : experiment.kept()) {
      for (String name : List.of(kept.json(), kept.markdown())) {
        String text = before.get(name);
        if (text != null) {
          raw.put(name, text);
        }
      }
    }
    String text = anywhere(new ResultsPage(experiment, own, raw).markdown(), own);
    Path page = own.resolve("results").resolve(experiment.name() + ".md");
    AtomicFiles.writeText(page, text);
    raw.put(page.getFileName().toString(), text);
    Files.createDirectories(archive.file().toAbsolutePath().getParent());
    archive.write(raw);
    return page;
  }

  private RawArchive archive(Experiment experiment) {
    return new RawArchive(results.resolve("raw").resolve(experiment.name() + ".zip"));
  }

  /** A text without the folders of this machine; the project's is empty where it is not known. */
  private String anywhere(String text, Path own) {
    String made = text.replace(own.toString(), "{work}").replace(data.toString(), "{data}");
    return root.toString().isEmpty() ? made : made.replace(root.toString(), "{root}");
  }
}
