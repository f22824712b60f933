package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.Token;
import dev.deed.TokenListener;
import dev.deed.cli.options.DecodeOptions;
import dev.deed.cli.options.WatchOptions;
import dev.deed.cli.output.AnswerOutput;
import dev.deed.cli.output.LineJob;
import dev.deed.cli.output.Notes;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineGenerator;
import dev.deed.data.generate.LineOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A job with --input and --output tells every 15 s on stderr where it is and ends with a"
          + " summary there, with --json as data on stdout. docs/jobs.md says what becomes of the"
          + " output at each kind of end, and how --resume finds the lines that are left.",
      "Exit codes: 0 all lines decoded; 1 some could not be, or the disk is full; 2 wrong usage or"
          + " bad input; 130 stopped by Ctrl-C; 143 stopped by SIGTERM. What is left goes on with"
          + " --resume."
    })
final class GenerateCommand implements Callable<Integer> {
  @Mixin DecodeOptions model = new DecodeOptions();
  @Mixin ExitOptions exits = new ExitOptions();
  @Mixin SearchOptions search = new SearchOptions();
  @Mixin WatchOptions watched = new WatchOptions();

  @Option(names = "--prompt", paramLabel = "TEXT", description = "Text for the encoder.")
  @Nullable String prompt;

  @Option(
      names = "--decoder-prompt",
      paramLabel = "TEXT",
      description =
          "Text at the start of the decoder: the task or the question of a model whose encoder"
              + " reads the picture alone, such as Donut.")
  @Nullable String decoderPrompt;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "Picture for the encoder; - reads stdin. May be given again, and may be a folder, whose"
              + " pictures are taken by their names: an answer a line then, in that order.")
  List<String> images = List.of();

  @Option(
      names = "--audio",
      paramLabel = "FILE",
      description =
          "Sound for the encoder, WAV or FLAC, as long as the model reads at once; - reads stdin."
              + " May be given again or be a folder, as --image.")
  List<String> sounds = List.of();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSON Lines, one input a line; - reads stdin.")
  @Nullable String input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "JSON Lines for --input; - or nothing writes stdout. A file is written beside it under"
              + " a name of its own and takes its name at the end; stopped jobs and full disks"
              + " leave the whole lines written so far.")
  @Nullable String output;

  @Option(
      names = "--overwrite",
      description =
          "Replace an --output file that is there, once all lines are decoded (default: it is"
              + " refused).")
  boolean overwrite;

  @Option(
      names = "--resume",
      description =
          "Go on after the lines that an earlier job left in the --output file, or beside it when"
              + " it was killed: lines count by their id, those without by their place.")
  boolean resume;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Lines decoded together; the answers stay the same (default: 1).")
  int batch = 1;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      arity = "1",
      description =
          "End an answer before this text; may be given up to 16 times, not with beams or several"
              + " answers (finish: stop).")
  List<String> stop = List.of();

  @Mixin LogProbsOption logProbs = new LogProbsOption();

  @Option(
      names = "--trace",
      description =
          "Add the confidences asked below the last layer (consulted) and, with --lossless, what"
              + " was decoded in vain (dropped).")
  boolean trace;

  @Override
  public Integer call() throws IOException {
    ExitSettings asked = exits.settings();
    boolean media = !images.isEmpty() || !sounds.isEmpty();
    if (input == null && prompt == null && !media) {
      throw new InputException(
          "generate", "has no input", "give --prompt, --image, --audio or --input");
    }
    if (input != null && (prompt != null || media || decoderPrompt != null)) {
      throw new InputException(
          "generate",
          "has two inputs",
          "give either --input or --prompt, --image, --audio and --decoder-prompt");
    }
    InputException.require(
        images.isEmpty() || sounds.isEmpty(),
        "--image, --audio",
        "exclude one another",
        "leave one of them out");
    if (input == null && output != null) {
      throw new InputException(
          "--output", "is for --input alone", "redirect stdout, or leave it out");
    }
    if (overwrite && resume) {
      throw new InputException(
          "--overwrite, --resume", "exclude one another", "leave one of them out");
    }
    InputException.require(
        input != null || !overwrite && !resume,
        overwrite ? "--overwrite" : "--resume",
        "is for --input with --output",
        "leave it out");
    watched.check();
    InputException.require(
        input != null || !watched.wanted(),
        "--watch",
        "is for --input alone",
        "leave it out, or give --lossless");
    LineOptions options = new LineOptions(asked, search.settings(), stop, logProbs.told());
    if (input == null) {
      List<String> given = sounds.isEmpty() ? images : sounds;
      List<MediaFiles.Named> files =
          (sounds.isEmpty() ? MediaFiles.PICTURES : MediaFiles.SOUNDS).of(given);
      try (EncoderDecoderModel opened = model.open()) {
        return MediaFiles.areMany(given)
            ? each(opened, options, files)
            : single(opened, options, files.isEmpty() ? Input.empty() : files.getFirst().input());
      }
    }
    try (AnswerOutput answers =
            AnswerOutput.open(input, output == null ? "-" : output, existing());
        EncoderDecoderModel opened = model.open()) {
      Watch watch = watched.over(opened, options.withoutLine());
      LineGenerator generator = new LineGenerator(opened, options, batch, watch);
      return new LineJob(input, answers, model, trace, watch).run(generator);
    }
  }

  private AnswerOutput.Existing existing() {
    if (resume) {
      return AnswerOutput.Existing.RESUMED;
    }
    return overwrite ? AnswerOutput.Existing.OVERWRITTEN : AnswerOutput.Existing.REFUSED;
  }

  /** An answer a line; a file that cannot be answered does not keep the others from it. */
  private int each(EncoderDecoderModel opened, LineOptions options, List<MediaFiles.Named> files) {
    opened.check(options.withoutLine());
    int code = 0;
    for (MediaFiles.Named file : files) {
      ObjectNode out = GenerationJson.object().put("id", file.name());
      String text = "";
      try {
        Generation generation = answer(opened, options, file.input(), (token, piece) -> true);
        text = Objects.requireNonNullElse(generation.text(), text);
        GenerationJson.write(generation, trace, out);
      } catch (InputException e) {
        code = 1;
        out.put("error", e.getMessage());
        if (!model.json) {
          Notes.print("deed: " + file.name() + ": " + e.getMessage());
        }
      }
      System.out.println(model.json ? out : text.replaceAll("\\R", "\\\\n"));
      System.out.flush();
    }
    return code;
  }

  /** The answer to a file with the prompts; a part of one counts as none. */
  private Generation answer(
      EncoderDecoderModel opened, LineOptions options, Input file, TokenListener listener) {
    Input whole = file.withText(prompt).withDecoderPrompt(decoderPrompt);
    Generation generation = opened.generate(whole, options.withoutLine(), listener);
    if (generation.finish() == Finish.CANCELLED) {
      throw new CancellationException("stopped: the answer is not whole; run it again");
    }
    return generation;
  }

  private int single(EncoderDecoderModel opened, LineOptions options, Input file) {
    // On a terminal the text appears as it is emitted.
    boolean streams =
        !model.json && Boolean.getBoolean("deed.stdout.terminal") && search.returned(opened) == 1;
    Generation generation =
        answer(opened, options, file, streams ? new Printer() : (token, text) -> true);
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
      printAll(generation);
    }
  }

  /** Several answers, each below a line with its rank, and a blank line between them. */
  private static void printAll(Generation generation) {
    List<GeneratedSequence> answers = generation.sequences();
    for (int i = 0; i < answers.size(); i++) {
      System.out.printf(
          Locale.ROOT,
          "%s[%d]%s%n%s%n",
          i == 0 ? "" : System.lineSeparator(),
          i + 1,
          generation.hasLogProbabilities()
              ? String.format(Locale.ROOT, " score %.4f", answers.get(i).score())
              : "",
          answers.get(i).text());
    }
  }
}
