package dev.deed.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Proof;
import dev.deed.Receipt;
import dev.deed.Request;
import dev.deed.Token;
import dev.deed.TokenListener;
import dev.deed.data.GenerateTask;
import dev.deed.data.GenerateType;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.data.LineOptions;
import dev.deed.data.ManyLines;
import dev.deed.data.ProofJson;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deed generate}: decodes one input from options, or many from JSON Lines. */
@Command(
    name = "generate",
    description = GenerateType.HELP,
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true)
final class GenerateCommand implements Callable<Integer> {
  private final SettingOptions request = new SettingOptions(LineOptions.SETTINGS);

  @Mixin DecodeOptions model = new DecodeOptions();
  @Mixin ExitOptions exits = new ExitOptions();
  @Mixin SearchOptions search = new SearchOptions();
  @Mixin ConstraintOptions constraint = new ConstraintOptions();
  @Mixin WatchOptions watched = new WatchOptions();
  @Mixin AssistantOption assistant = new AssistantOption();

  @Option(names = "--prompt", paramLabel = "TEXT")
  @Nullable String prompt;

  @Option(names = "--decoder-prompt", paramLabel = "TEXT")
  @Nullable String decoderPrompt;

  @Option(names = "--image", paramLabel = "FILE")
  List<String> images = List.of();

  @Option(names = "--audio", paramLabel = "FILE")
  List<String> sounds = List.of();

  @Option(names = "--input", paramLabel = "FILE")
  @Nullable String input;

  @Mixin JobOptions answered = new JobOptions();

  @Option(names = "--batch", paramLabel = "N")
  int batch = 1;

  @Option(names = "--trace")
  boolean trace;

  @Spec
  void addTo(CommandSpec command) {
    request.addTo(command, "Request (docs/dataset.md)");
  }

  @Override
  public Integer call() throws IOException {
    OptionBounds.requireWithin("--batch", batch, 1, ManyLines.MOST_TOGETHER);
    ExitSettings settings = exits.settings();
    boolean hasFiles = !images.isEmpty() || !sounds.isEmpty();
    InputException.require(
        input != null || prompt != null || hasFiles,
        "generate",
        "has no input",
        "give --prompt, --image, --audio or --input");
    InputException.require(
        input == null || prompt == null && !hasFiles && decoderPrompt == null,
        "generate",
        "has two inputs",
        "give either --input or --prompt, --image, --audio and --decoder-prompt");
    InputException.require(
        images.isEmpty() || sounds.isEmpty(),
        "--image, --audio",
        "exclude one another",
        "leave one of them out");
    List<String> given = sounds.isEmpty() ? images : sounds;
    boolean isJob = input != null || MediaFiles.areMany(given);
    String job = isJob ? null : "--input or several files";
    answered.check(job);
    watched.check();
    InputException.require(
        job == null || !watched.wanted(),
        "--watch",
        "is for " + job + " alone",
        "leave it out, or give --lossless");
    MediaFiles media = sounds.isEmpty() ? MediaFiles.PICTURES : MediaFiles.SOUNDS;
    List<String> names = media.names(given);
    GenerationOptions searched =
        GenerationOptions.defaults().withExits(settings).withSettings(search.settings());
    LineOptions options = new LineOptions(constraint.applyTo(searched)).with(request.values());
    InputException.require(
        options.options().prediction() == null || !watched.wanted(),
        "--watch",
        "sees no answer that is lossless, as those with --prediction are",
        "leave one of them out");
    boolean isJson = model.json || (isJob && (input != null || answered.isFile()));
    InputException.require(
        !options.receipt() || isJson, "--receipt", "is told in JSON alone", "give --json too");
    if (!isJob) {
      Input file = names.isEmpty() ? Input.empty() : media.input(names.getFirst());
      try (EncoderDecoderModel opened = model.open(assistant)) {
        if (prompt != null) {
          opened.requireRead(file);
        }
        return single(opened, options, withPrompts(file));
      }
    }
    JobInput lines = input == null ? media.job(names) : JobInput.ofLines(input);
    try (AnswerOutput answers = answered.open(lines);
        EncoderDecoderModel opened = model.open(assistant)) {
      if (input == null) {
        names.stream()
            .filter(name -> prompt != null && !name.equals("-"))
            .findFirst()
            .map(media::input)
            .ifPresent(opened::requireRead);
        // No line has settings of its own.
        opened.check(options.options());
      }
      Watch watch = watched.over(opened, options.options());
      Function<InputLine, Input> inputs =
          input == null ? line -> withPrompts(media.input(line.name())) : LineInputs::input;
      LineForm form = new LineForm(isJson, trace);
      try (Engine engine = JobEngine.ofLines(opened, batch)) {
        // Of a pipe the next line may be long in coming.
        boolean ahead = batch == 1 && lines.isKept();
        Asker asker = ahead ? JobEngine.oneAfterTheOther(engine) : Asker.of(engine);
        GenerateTask task = new GenerateTask(opened, asker, options, watch, inputs);
        return new LineJob(lines, answers, model, form, watch)
            .run(new ManyLines(task, ahead ? 2 : batch), () -> "");
      }
    }
  }

  private Input withPrompts(Input file) {
    return file.withText(prompt).withDecoderPrompt(decoderPrompt);
  }

  private int single(EncoderDecoderModel opened, LineOptions all, Input given) {
    GenerationOptions options = all.options();
    Input input = all.receipt() ? opened.internals().keepingOutput(given) : given;
    // On a terminal the text appears as it is emitted.
    boolean streams =
        !model.json && Boolean.getBoolean("deed.stdout.terminal") && search.returned(opened) == 1;
    Generation generation =
        opened.generate(input, options, streams ? new Printer() : (token, text) -> true);
    if (generation.finish() == Finish.CANCELLED) {
      throw new CancellationException("stopped: the answer is not whole; run it again");
    }
    if (!streams) {
      print(
          generation,
          all.receipt() ? Proof.receipt(opened, new Request(input, options), generation) : null);
    }
    InputException shortfall = generation.shortfall();
    if (shortfall != null) {
      Notes.print("deed: " + shortfall.getMessage());
      return Failures.FAILED;
    }
    if (generation.finish() == Finish.LENGTH && !model.json && !model.quiet) {
      Notes.print("deed: the answer is cut off at its most tokens; --max-new-tokens N sets them");
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

  private void print(Generation generation, @Nullable Receipt proof) {
    String text = generation.text();
    if (model.json || text == null) {
      ObjectNode out = GenerationJson.object();
      GenerationJson.write(generation, trace, out);
      if (proof != null) {
        out.set("receipt", ProofJson.of(proof));
      }
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

  /** What answers must be a text of: one of {@code structured_outputs}, line by line overridden. */
  private static final class ConstraintOptions {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_BYTES = 1 << 20;

    @Option(names = "--choice", paramLabel = "TEXT", descriptionKey = "constraint.choice")
    List<String> choice = List.of();

    @Option(names = "--regex", paramLabel = "R", descriptionKey = "constraint.regex")
    @Nullable String regex;

    @Option(names = "--json-schema", paramLabel = "FILE", descriptionKey = "constraint.json-schema")
    @Nullable Path jsonSchema;

    @Option(names = "--grammar", paramLabel = "FILE", descriptionKey = "constraint.grammar")
    @Nullable Path grammar;

    /**
     * Options with what was given.
     *
     * @throws InputException when a file cannot be read
     */
    public GenerationOptions applyTo(GenerationOptions options) {
      Map<String, Object> given = new LinkedHashMap<>();
      if (!choice.isEmpty()) {
        given.put("choice", choice);
      }
      if (regex != null) {
        given.put("regex", regex);
      }
      if (jsonSchema != null) {
        given.put("json", schema(jsonSchema));
      }
      if (grammar != null) {
        given.put("grammar", OptionText.read("--grammar", grammar, MOST_BYTES));
      }
      return given.isEmpty() ? options : options.with(GenerationSetting.STRUCTURED_OUTPUTS, given);
    }

    private static Object schema(Path file) {
      try {
        return MAPPER.readValue(OptionText.read("--json-schema", file, MOST_BYTES), Object.class);
      } catch (JsonProcessingException e) {
        throw new InputException(file.toString(), "is no JSON", "give a JSON Schema");
      }
    }
  }
}
