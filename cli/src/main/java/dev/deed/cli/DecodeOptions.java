package dev.deed.cli;

import dev.deed.OpenOptions;
import dev.deed.data.TargetTokens;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model of a command that decodes, and how its head is asked. */
public final class DecodeOptions extends RunOptions {
  @Mixin ScreenOption screen = new ScreenOption();

  @Option(
      names = "--only-tokens-of",
      paramLabel = "FILE.jsonl",
      descriptionKey = "decode.only-tokens-of")
  @Nullable Path onlyTokensOf;

  @Override
  OpenOptions opening(Path model) {
    screen.requireSuited(precision.named());
    OpenOptions options = super.opening(model).withScreening(screen.which);
    if (onlyTokensOf == null) {
      return options;
    }
    InputException.require(
        !screen.isOn(),
        "--screen",
        "is not for a head of some tokens alone",
        "leave one of them out");
    InputException.require(
        Tokenizer.existsIn(model),
        model.toString(),
        "has no tokenizer",
        "leave --only-tokens-of out");
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      return options.withTokens(TargetTokens.of(onlyTokensOf, tokenizer));
    }
  }
}
