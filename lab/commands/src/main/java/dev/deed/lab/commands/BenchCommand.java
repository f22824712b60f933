package dev.deed.lab.commands;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.OpenOptions.Screening;
import dev.deed.cli.ExitOptions;
import dev.deed.cli.InstallFolder;
import dev.deed.cli.ModelPlace;
import dev.deed.cli.Notes;
import dev.deed.cli.OptionBounds;
import dev.deed.cli.OutputOptions;
import dev.deed.cli.ReportFolder;
import dev.deed.cli.ScreenOption;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.ManyLines;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.WarmUp;
import dev.deed.files.TargetLock;
import dev.deed.lab.speed.Bench;
import dev.deed.lab.speed.BenchCase;
import dev.deed.lab.speed.BenchFindings;
import dev.deed.lab.speed.BenchJson;
import dev.deed.lab.speed.BenchReport;
import dev.deed.lab.speed.BenchTable;
import dev.deed.lab.speed.Peers;
import dev.deed.lab.speed.Schedule;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deed bench}: speed against the machine's limits and other engines. */
@Command(
    name = "bench",
    description = "Measures speed against the machine's limits, and other engines beside it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Every answer is decoded greedily to --new-tokens tokens; end tokens are",
      "suppressed. Lists (with commas) are measured in all combinations, one",
      "after the other, with --pairs by turns.",
      "lab/docs/bench.md says what the columns mean.",
      "Example: deed bench MODEL --precision fp32,int8 --threads 1,2"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int ROUNDS_WITH_PEERS = 5;
  private static final int MOST_SOURCE = 1 << 17;

  /** In the project's folder. */
  private static final Path PEERS = Path.of("lab/speed/peers/peers.py");

  /** Beside it: makes the Python that has them. */
  private static final String INSTALL = "install";

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(paramLabel = "MODEL", arity = "1..*", description = "Models, folders or names.")
  List<Path> folders = List.of();

  @Option(
      names = "--precision",
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description = "fp32, bf16, int8, w8a8, whatever is stored (default: fp32).")
  List<WeightPrecision> precisions = List.of(WeightPrecision.FP32);

  @Option(
      names = "--threads",
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description = "Threads that work on a generation (default: all cores).")
  List<Integer> threads =
      List.of(Math.min(Runtime.getRuntime().availableProcessors(), ThreadPool.MOST_THREADS));

  @Option(
      names = "--batch",
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description = "Inputs decoded together (default: 1).")
  List<Integer> batches = List.of(1);

  @Option(
      names = "--source-length",
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description = "Tokens of a made-up text (default: 128).")
  List<Integer> sourceLengths = List.of(128);

  @Option(
      names = "--new-tokens",
      paramLabel = "LIST",
      hideParamSyntax = true,
      split = ",",
      description = "Tokens to decode, 2 or more (default: 64).")
  List<Integer> newTokens = List.of(64);

  @Option(
      names = "--repeats",
      paramLabel = "R",
      description =
          "How often everything is measured in a round; medians count (default:"
              + " ${DEFAULT-VALUE}).")
  int repeats = 5;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Rounds in which every engine has its turn (default: 1, with --peers "
              + ROUNDS_WITH_PEERS
              + ").")
  @Nullable Integer rounds;

  @Option(
      names = "--pairs",
      description =
          "Open all models together and measure them by turns, repeat by repeat: times by those of"
              + " the first are pairs, which other work slows alike.")
  boolean pairs;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "Most seconds of untimed runs before, for each row; they end when times settle (default:"
              + " ${DEFAULT-VALUE}).")
  int warmUpSeconds = 30;

  @Option(
      names = "--no-parts",
      description = "Leave out the parts of decoding, which take most of the time.")
  boolean noParts;

  @Mixin ScreenOption screen = new ScreenOption();

  @Option(
      names = "--head-tokens",
      paramLabel = "N",
      description =
          "Give the head the first N tokens alone, as --only-tokens-of of generate does with those"
              + " of a data set (default: all). Peers keep theirs.")
  int headTokens;

  @Option(
      names = "--input",
      paramLabel = "FILE.jsonl",
      description = "Real inputs in place of made-up ones; the first of them are the batch.")
  @Nullable Path input;

  @Option(
      names = "--exit-schedule",
      paramLabel = "FILE.jsonl",
      description =
          "Also measure with these exit layers, whatever the model's own confidence, which is asked"
              + " all the same: a file that deed generate wrote; with --trace, only as many exits"
              + " are asked as were then. Of --lossless --trace: with these drafts, kept or not as"
              + " they were.")
  @Nullable Path schedule;

  @Option(
      names = "--schedule-layers",
      paramLabel = "N",
      description =
          "Decoder layers of the model that wrote --exit-schedule (default: its deepest exit).")
  @Nullable Integer scheduleLayers;

  /** Of a row of their own, beside full depth. */
  @Mixin ExitOptions exits = new ExitOptions();

  @Option(
      names = "--peers",
      description =
          "Also measure other engines by turns, and say where one is faster. They are installed"
              + " once, into .deed/peers (7 GB).")
  boolean peers;

  @Option(
      names = "--peers-script",
      paramLabel = "FILE.py",
      description = "The script that runs them (default: lab/speed/peers/peers.py).")
  @Nullable Path peersScript;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "The Python that has them; none is installed then.")
  @Nullable String python;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Write bench.json and bench.md there.")
  @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    check();
    try (TargetLock lock = ReportFolder.lock(out, "bench.json")) {
      return measure();
    }
  }

  private int measure() throws IOException {
    Peers others = peers ? peers() : null;
    Bench bench =
        new Bench(
            rounds == null ? (peers ? ROUNDS_WITH_PEERS : 1) : rounds,
            repeats,
            WarmUp.upTo(Duration.ofSeconds(warmUpSeconds)),
            input == null ? null : this::inputs,
            !noParts,
            schedule == null ? null : Schedule.read(schedule, scheduleLayers),
            exits.settings().equals(ExitSettings.own()) ? null : exits.settings(),
            others,
            this::note);
    BenchReport report =
        new BenchReport(
            run(bench),
            Provenance.here(
                spec.commandLine().getParseResult().originalArgs(),
                precisions,
                Collections.max(threads),
                Collections.max(batches),
                repeats,
                InstallFolder.find()));
    if (common.json) {
      System.out.println(BenchJson.of(report));
    } else {
      System.out.print(BenchTable.plain(report));
    }
    if (out != null) {
      report.writeTo(out);
    }
    return 0;
  }

  private BenchFindings run(Bench bench) {
    try {
      return bench.run(pairs ? List.of(cases()) : cases().stream().map(List::of).toList());
    } catch (InterruptedException e) {
      throw stopped();
    }
  }

  private void check() {
    InputException.require(
        !pairs
            || folders.size()
                    * precisions.size()
                    * threads.size()
                    * batches.size()
                    * sourceLengths.size()
                    * newTokens.size()
                > 1,
        "--pairs",
        "is for two cases or more, and there is one",
        "name another model or precision, or leave it out");
    InputException.require(
        input == null || !peers, "--input", "is no input of the peers", "leave --peers out");
    for (int count : threads) {
      OptionBounds.requireWithin("--threads", count, 1, ThreadPool.MOST_THREADS);
    }
    for (int count : batches) {
      OptionBounds.requireWithin("--batch", count, 1, ManyLines.MOST_TOGETHER);
    }
    for (int length : sourceLengths) {
      OptionBounds.requireWithin("--source-length", length, 1, MOST_SOURCE);
    }
    for (int tokens : newTokens) {
      OptionBounds.requireAtLeast("--new-tokens", tokens, 2);
    }
    InputException.require(
        scheduleLayers == null || schedule != null,
        "--schedule-layers",
        "is of a schedule, and there is none",
        "give --exit-schedule FILE too, or leave it out");
    OptionBounds.requireAtLeast(
        "--schedule-layers", scheduleLayers == null ? 1 : scheduleLayers, 1);
    OptionBounds.requireAtLeast("--repeats", repeats, 1);
    OptionBounds.requireAtLeast("--rounds", rounds == null ? 1 : rounds, 1);
    OptionBounds.requireAtLeast("--warm-up", warmUpSeconds, 0);
    OptionBounds.requireAtLeast("--head-tokens", headTokens, 0);
    InputException.require(
        headTokens == 0 || !screen.isOn(),
        "--screen",
        "is not for a head of some tokens alone",
        "leave one of them out");
  }

  private List<BenchCase> cases() {
    List<BenchCase> cases = new ArrayList<>();
    for (Path named : folders) {
      Path folder = ModelPlace.folder(named, common, false);
      for (WeightPrecision precision : precisions) {
        for (int count : threads) {
          for (int batch : batches) {
            addLengths(cases, folder, precision, count, batch);
          }
        }
      }
    }
    return cases;
  }

  private void addLengths(
      List<BenchCase> cases, Path folder, WeightPrecision precision, int count, int batch) {
    Screening screening =
        ScreenOption.suits(WeightPrecision.valueOf(precision.name()))
            ? screen.which
            : Screening.AUTO;
    for (int length : sourceLengths) {
      for (int tokens : newTokens) {
        cases.add(
            new BenchCase(folder, precision, screening, headTokens, count, batch, length, tokens));
      }
    }
  }

  private Peers peers() {
    Path script = script();
    if (python != null) {
      return new Peers(python, script);
    }
    try {
      return Peers.installed(root().resolve(PEERS).resolveSibling(INSTALL), script, common.quiet);
    } catch (InterruptedException e) {
      throw stopped();
    }
  }

  private static CancellationException stopped() {
    Thread.currentThread().interrupt();
    return new CancellationException("stopped");
  }

  private static Path root() {
    return Objects.requireNonNullElse(InstallFolder.find(), Path.of(""));
  }

  private Path script() {
    Path script = peersScript == null ? root().resolve(PEERS) : peersScript;
    InputException.require(
        Files.isRegularFile(script),
        "--peers-script " + script,
        "is no file",
        "name the script that runs the engines");
    return script;
  }

  private List<Input> inputs(EncoderDecoderModel model, int batch) {
    Path file = Objects.requireNonNull(input);
    List<Input> found = InputReader.first(file, batch).stream().map(LineInputs::input).toList();
    InputException.require(
        found.size() == batch,
        "--input " + file,
        "holds " + found.size() + " inputs",
        "give as many as the batch, " + batch);
    return found;
  }

  private void note(BenchCase conditions, String engine, int round, int of) {
    if (!common.quiet) {
      Notes.print(
          "%s, %s, threads %d, batch %d, %d → %d tokens: %s%s"
              .formatted(
                  conditions.name(),
                  conditions.weights(),
                  conditions.threads(),
                  conditions.batch(),
                  conditions.sourceLength(),
                  conditions.newTokens(),
                  engine,
                  of == 1 ? "" : ", round " + round + " of " + of));
    }
  }
}
