package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Finish;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.Token;
import dev.deed.TokenListener;
import dev.deed.checkpoint.AtomicFiles;
import dev.deed.checkpoint.InputException;
import dev.deed.data.InputReader;
import dev.deed.data.generate.LineGenerator;
import dev.deed.data.generate.LineOptions;
import dev.deed.data.generate.LineResult;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed generate}: decodes one input from options, or many from JSON Lines. */
@Command(
    name = "generate",
    description = "Decodes inputs: one from options, or many from JSON Lines.",
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  @Mixin DecodeOptions model = new DecodeOptions();
  @Mixin ExitOptions exits = new ExitOptions();
  @Mixin SearchOptions search = new SearchOptions();

  @Option(names = "--prompt", paramLabel = "TEXT", description = "Text for the encoder.")
  @Nullable String prompt;

  @Option(names = "--image", paramLabel = "FILE", description = "Picture for the encoder.")
  @Nullable Path image;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSON Lines, one input a line; - reads stdin.")
  @Nullable String input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "JSON Lines for --input; - or nothing writes stdout.")
  @Nullable String output;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Lines decoded together; the answers stay the same (default: 1).")
  int batch = 1;

  @Option(
      names = "--trace",
      description = "Add the confidences asked below the last layer (consulted).")
  boolean trace;

  @Override
  public Integer call() throws IOException {
    if (input == null && prompt == null && image == null) {
      throw new InputException("generate", "has no input", "give --prompt, --image or --input");
    }
    if (input != null && (prompt != null || image != null)) {
      throw new InputException(
          "generate", "has two inputs", "give either --input or --prompt and --image");
    }
    if (input == null && output != null) {
      throw new InputException(
          "--output", "is for --input alone", "redirect stdout, or leave it out");
    }
    LineOptions options = new LineOptions(exits.settings(), search.settings());
    try (EncoderDecoderModel opened = model.open()) {
      return input == null ? single(opened, options) : lines(opened, options, input);
    }
  }

  private int single(EncoderDecoderModel opened, LineOptions options) {
    // On a terminal the text appears as it is emitted.
    boolean streams =
        !model.json && Boolean.getBoolean("deed.stdout.terminal") && search.returned(opened) == 1;
    Generation generation =
        opened.generate(
            Input.empty().withText(prompt).withImage(image),
            options.withoutLine(),
            streams ? new Printer() : (token, text) -> true);
    if (generation.finish() == Finish.CANCELLED) {
      throw new CancellationException("stopped: the answer is not whole; run it again");
    }
    if (!streams) {
      print(generation);
    }
    return 0;
  }

  /** Shows the text of an answer as it comes. */
  private static final class Printer implements TokenListener {
    @Override
    public boolean token(Token token, String text) {
      System.out.print(text);
      System.out.flush();
      return true;
    }

    @Override
    public void end(String text) {
      System.out.println(text);
    }
  }

  private void print(Generation generation) {
    String text = generation.text();
    if (model.json || text == null) {
      ObjectNode out = GenerationJson.object();
      GenerationJson.write(generation, trace, out);
      System.out.println(out);
    } else if (generation.sequences().size() == 1) {
      System.out.println(text);
    } else {
      printAll(generation.sequences());
    }
  }

  /** Several answers, each below a line with its rank, and a blank line between them. */
  private static void printAll(List<GeneratedSequence> answers) {
    for (int i = 0; i < answers.size(); i++) {
      System.out.printf(
          Locale.ROOT,
          "%s[%d] score %.4f%n%s%n",
          i == 0 ? "" : System.lineSeparator(),
          i + 1,
          answers.get(i).score(),
          answers.get(i).text());
    }
  }

  private int lines(EncoderDecoderModel opened, LineOptions options, String from)
      throws IOException {
    LineGenerator generator = new LineGenerator(opened, options, batch);
    String to = output == null ? "-" : output;
    JobTotals totals = new JobTotals(0, 0);
    try (InputReader reader = open(from);
        ProgressLine progress = progress(from, to)) {
      boolean ended;
      if (to.equals("-")) {
        ended = generator.run(reader::next, result -> write(result, System.out, totals, progress));
      } else {
        ended = toFile(generator, reader, Path.of(to), totals, progress);
      }
      JobTotals.Figures figures = totals.figures();
      if (!ended) {
        throw new CancellationException(
            "stopped: %d whole lines were written; decode the others to go on"
                .formatted(figures.lines()));
      }
      if (figures.failed() > 0) {
        System.err.printf(
            "deed: %s: %d of %d lines could not be decoded; their results say why%n",
            from, figures.failed(), figures.lines());
        return Failures.FAILED;
      }
      return 0;
    }
  }

  private boolean toFile(
      LineGenerator generator,
      InputReader reader,
      Path file,
      JobTotals totals,
      ProgressLine progress)
      throws IOException {
    boolean[] ended = new boolean[1];
    AtomicFiles.writeLines(
        file,
        out -> {
          ended[0] = generator.run(reader::next, result -> write(result, out, totals, progress));
          if (!ended[0] && totals.figures().lines() == 0) {
            throw new CancellationException("stopped: nothing was written; run it again");
          }
        });
    return ended[0];
  }

  private static InputReader open(String from) {
    if (!from.equals("-")) {
      return InputReader.open(Path.of(from));
    }
    // A channel, as reading from System.in cannot be interrupted.
    InputStream in = Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel());
    return InputReader.of("stdin", Path.of("").toAbsolutePath(), in);
  }

  /** Not where result lines go to the terminal: there they are the progress. */
  private ProgressLine progress(String from, String to) {
    boolean linesOnTerminal = to.equals("-") && Boolean.getBoolean("deed.stdout.terminal");
    if (linesOnTerminal || !ProgressLine.wanted(model)) {
      return ProgressLine.none();
    }
    return ProgressLine.of(
        model, "lines", from.equals("-") ? -1 : InputReader.count(Path.of(from)));
  }

  private void write(LineResult result, OutputStream out, JobTotals totals, ProgressLine progress)
      throws IOException {
    ObjectNode json = GenerationJson.object();
    GenerationJson.write(result, trace, json);
    out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    totals.add(result);
    progress.step();
    if (model.stacktrace && result instanceof LineResult.Refused refused) {
      refused.error().printStackTrace();
    }
  }
}
