package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.checkpoint.AtomicFiles;
import dev.deed.checkpoint.InputException;
import dev.deed.tasks.data.BadLine;
import dev.deed.tasks.data.InputLine;
import dev.deed.tasks.data.InputReader;
import dev.deed.tasks.data.LineInputs;
import dev.deed.tasks.data.ParsedLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
  @Mixin ModelOptions model = new ModelOptions();
  @Mixin ExitOptions exits = new ExitOptions();

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
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens to emit (default: the folder's generation_config.json).")
  @Nullable Integer maxNewTokens;

  @Option(
      names = "--trace",
      description = "Add the confidences asked below the last layer (consulted).")
  boolean trace;

  @Override
  public Integer call() throws IOException {
    if (input == null && prompt == null && image == null) {
      throw new InputException("generate", "has no input", "give --prompt, --image or --input");
    }
    try (EncoderDecoderModel opened = model.open()) {
      return input == null ? single(opened) : lines(opened, input);
    }
  }

  private int single(EncoderDecoderModel opened) {
    Generation generation =
        opened.generate(new Input(prompt, image, null, null, null), options(null));
    String text = generation.text();
    if (model.json || text == null) {
      ObjectNode out = GenerationJson.object();
      GenerationJson.write(generation, trace, out);
      System.out.println(out);
    } else {
      System.out.println(text);
    }
    return 0;
  }

  private int lines(EncoderDecoderModel opened, String from) throws IOException {
    boolean[] failed = new boolean[1];
    try (InputReader reader =
        from.equals("-")
            ? InputReader.of("stdin", Path.of("").toAbsolutePath(), System.in)
            : InputReader.open(Path.of(from))) {
      if (output == null || output.equals("-")) {
        failed[0] = copy(opened, reader, System.out);
      } else {
        AtomicFiles.write(Path.of(output), out -> failed[0] = copy(opened, reader, out));
      }
    }
    return failed[0] ? Failures.FAILED : 0;
  }

  /** Decodes line by line; whether one of them could not be decoded. */
  private boolean copy(EncoderDecoderModel opened, InputReader reader, OutputStream out)
      throws IOException {
    boolean failed = false;
    for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
      ObjectNode result = GenerationJson.object();
      switch (line) {
        case BadLine bad -> {
          result.set("id", bad.id());
          result.put("error", bad.error().getMessage());
          failed = true;
        }
        case InputLine good -> {
          result.set("id", good.id());
          try {
            GenerationJson.write(
                opened.generate(LineInputs.input(good), options(good)), trace, result);
          } catch (InputException e) {
            result.put("error", e.getMessage());
            failed = true;
          }
          good.carried().forEach(result::putIfAbsent);
        }
      }
      out.write((result + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    return failed;
  }

  private GenerationOptions options(@Nullable InputLine line) {
    ObjectNode overrides = GenerationJson.object();
    if (maxNewTokens != null) {
      overrides.put("max_new_tokens", maxNewTokens);
    }
    if (line != null && line.generation() != null) {
      overrides.setAll(line.generation());
    }
    GenerationOptions options = GenerationOptions.defaults().withOverrides(overrides);
    return exits.apply(options, line == null ? null : line.exits());
  }
}
