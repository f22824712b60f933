package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever lines a data set holds, and whatever folder a training starts from: it makes its steps,
 * or is refused in one line and leaves nothing behind. Cases are drawn for as many seconds as the
 * doors are fuzzed ({@code deed.fuzz.seconds}); a failure names the seed of its case ({@code
 * deed.fuzz.seed}).
 */
final class HostileTrainingTest {
  private static final int SECONDS = Integer.getInteger("deed.fuzz.seconds", 3);
  private static final long SEED = Long.getLong("deed.fuzz.seed", 1);
  private static final List<String> PRESETS =
      List.of(
          "t5",
          "bart",
          "t5gemma",
          "vit-mbart",
          "vit-trocr",
          "stem-mbart",
          "latr",
          "latr-vit",
          "ofa-stem");

  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @FunctionalInterface
  private interface Case {
    Training made(Path folder, Random random) throws IOException;
  }

  @Test
  void linesOfChance() throws IOException {
    run(
        (folder, random) -> {
          String preset = PRESETS.get(random.nextInt(PRESETS.size()));
          Path data = data(preset, Files.createDirectories(folder.resolve("data")), random);
          Path file = data.resolve(random.nextInt(3) == 0 ? "val.jsonl" : "train.jsonl");
          List<byte[]> lines = new ArrayList<>();
          for (String line : Files.readAllLines(file)) {
            lines.add(bytes(line));
          }
          int odd = random.nextInt(lines.size());
          lines.set(odd, OddLine.of(lines.get(odd), random));
          Files.write(file, OddLine.joined(lines));
          return training(data, folder.resolve("out"), TinyTask.start(preset));
        });
  }

  @Test
  void startsOfChance() throws IOException {
    Path data = TinyTask.text(Files.createDirectories(work.resolve("data")), 8);
    Path plain = work.resolve("plain");
    training(data, plain, TinyTask.start("t5")).run(new Recorder());
    List<String> names;
    try (Stream<Path> files = Files.list(plain)) {
      names =
          files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).sorted().toList();
    }
    run(
        (folder, random) -> {
          Path start = Files.createDirectories(folder.resolve("start"));
          String changed = names.get(random.nextInt(names.size()));
          for (String name : names) {
            byte[] content = Files.readAllBytes(plain.resolve(name));
            if (name.equals(changed)) {
              content = OddLine.of(content, random);
            }
            Files.write(start.resolve(name), content);
          }
          return training(data, folder.resolve("out"), new Training.Start.FromModel(start));
        });
  }

  /** What is left of a training that was stopped, with one of its files changed. */
  @Test
  void checkpointsOfChance() throws IOException {
    Path data = TinyTask.text(Files.createDirectories(work.resolve("data")), 8);
    Path out = work.resolve("stopped");
    Recorder first = new Recorder();
    first.stopAfter = 1;
    Training begun = training(data, out, TinyTask.start("t5"));
    begun.run(first);
    run(
        (folder, random) -> {
          try (Stream<Path> all = Files.walk(out)) {
            List<Path> paths = all.sorted().toList();
            List<Path> files = paths.stream().filter(Files::isRegularFile).toList();
            Path changed = files.get(random.nextInt(files.size()));
            for (Path path : paths) {
              Path to = folder.resolve("out").resolve(out.relativize(path));
              if (path.equals(changed)) {
                Files.write(to, OddLine.of(Files.readAllBytes(path), random));
              } else {
                Files.copy(path, to);
              }
            }
          }
          return TinyTask.resumed(training(data, folder.resolve("out"), TinyTask.start("t5")));
        });
  }

  private static Path data(String preset, Path folder, Random random) throws IOException {
    return switch (preset) {
      case "t5", "bart", "t5gemma" -> TinyTask.text(folder, 8);
      case "latr", "latr-vit" -> TinyTask.pages(folder, 8);
      case "ofa-stem" -> TinyTask.questions(folder, 8);
      default -> random.nextBoolean() ? TinyTask.pictures(folder, 8) : TinyTask.told(folder, 4);
    };
  }

  private static Training training(Path data, Path out, Training.Start start) {
    TrainingRecipe recipe = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2);
    return TinyTask.training(data, out, start, recipe);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void run(Case drawn) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    int trained = 0;
    int refused = 0;
    for (long seed = SEED; System.nanoTime() < end; seed++) {
      Path folder = Files.createDirectories(work.resolve("case"));
      Training training = drawn.made(folder, new Random(seed));
      try {
        training.run(new Recorder());
        trained++;
      } catch (InputException e) {
        String message = String.valueOf(e.getMessage());
        assertThat(message.lines()).as("seed %d", seed).hasSize(1);
        // A loss that is not a number comes behind a start that could be made.
        if (!training.resume() && !message.contains("is not a number")) {
          assertThat(training.out()).as("seed %d: %s", seed, message).doesNotExist();
        }
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("repeat with -Ddeed.fuzz.seed=%d: %s".formatted(seed, e), e);
      }
      delete(folder);
    }
    System.out.printf("%d trained, %d refused%n", trained, refused);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
