package dev.deed;

import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchResult;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.AllowedTokens;
import dev.deed.decode.logits.AnswerState;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.settings.GenerationDefaults;
import dev.deed.settings.GenerationSettings;
import dev.deed.settings.SpeechTokens;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Checks requests against a model and encodes their inputs, several together, so that only decoding
 * is left. Safe for use from many threads.
 */
record RequestPreparation(
    ModelExits exits,
    Encoder encoder,
    ThreadPool pool,
    EncoderInputs inputs,
    DecoderStart start,
    GenerationDefaults generationDefaults,
    AnswerLanguages languages) {
  /**
   * A request whose settings suit the model; its input was not looked at.
   *
   * @param prefix decoder inputs to begin with
   * @param newTokens most tokens to emit
   * @param strategy how tokens are chosen; of texts that drafts are copied from, it knows the
   *     prediction alone
   * @param text the text side of its answer
   * @param detecting tokens among which the language in the prefix is to be detected; null: it is
   *     known, or there is none
   */
  record Checked(
      Request request,
      GenerationSettings settings,
      List<Integer> prefix,
      int newTokens,
      ExitRule rule,
      SearchStrategy strategy,
      Prepared.Text text,
      @Nullable SpeechTokens detecting) {
    Checked withNewTokens(int fewer) {
      return new Checked(request, settings, prefix, fewer, rule, strategy, text, detecting);
    }

    /** The same with the language that {@link RequestPreparation#languageSearch} found. */
    Checked withLanguage(SearchResult found) {
      int[] whole = prefix.stream().mapToInt(Integer::intValue).toArray();
      SpeechTokens.setLanguage(whole, found);
      List<Integer> known = Arrays.stream(whole).boxed().toList();
      return new Checked(request, settings, known, newTokens, rule, strategy, text, null);
    }

    /** Positions of the decoder, at most. */
    int positions() {
      return prefix.size() + newTokens;
    }
  }

  Checked check(Request request) {
    return check(request, Integer.MAX_VALUE);
  }

  /**
   * Checks all of a request but its input, of which the length alone is looked at.
   *
   * @param mostTokens of the text that the encoder reads, of the decoder's prefix, and of a
   *     prediction
   * @throws InputException when something does not suit the model
   * @throws CancellationException when the thread is interrupted while a language is compiled
   */
  Checked check(Request request, int mostTokens) {
    if (request.input().content.mustBeRead) {
      inputs.requireRead(request.input());
    }
    inputs.requireShort(request.input(), mostTokens, mostPositions());
    GenerationSettings settings = languages.apply(settings(request));
    AnswerState own = request.input().content.language;
    if (own != null) {
      InputException.requireField(
          settings.structured() == null,
          "structured_outputs",
          "stands beside an input whose answers are copied from it",
          "leave it out");
      settings = settings.inLanguage(own);
    }
    SpeechTokens detecting = start.detecting(request.input(), settings, generationDefaults);
    int[] prefix =
        detecting == null
            ? start.prefix(request.input(), settings, mostTokens)
            : detecting.prefix(settings.timestamps());
    DecoderStart.requireFits("decoder_input_ids", prefix, exits.decoder());
    int newTokens = settings.maxNewTokens(prefix.length, exits.decoder().maxPositions());
    // Those that need no input tell now what is wrong with their settings.
    List<LogitsProcessor> processors = settings.processors(prefix.length, newTokens, null);
    List<Integer> prefixIds = Arrays.stream(prefix).boxed().toList();
    SearchStrategy strategy =
        ModelDrafts.withText(
            exits.strategy(request.options(), settings.strategy()),
            start.prediction(request, settings, mostTokens));
    return new Checked(
        request,
        settings,
        prefixIds,
        newTokens,
        exits.rule(exits.drafts().implied(request.options(), settings.strategy())),
        strategy,
        Prepared.Text.of(
            request,
            inputs.tokenizer(),
            strategy,
            new TokenSequence(prefixIds, processors),
            settings.ends()),
        detecting);
  }

  /** Whether {@link #check} has a language to compile. */
  boolean compiles(Request request) {
    return languages.isNew(settings(request));
  }

  /**
   * Makes the encoder's input.
   *
   * @param bounds what the one who waits for it allows
   * @throws InputException when it cannot be read, or the model reads other things
   * @throws CancellationException when nobody wants the result any more
   */
  EncoderInput read(Checked checked, EncoderInputs.Bounds bounds) {
    Input input = checked.request.input();
    Input.Encoded known = input.encoded(encoder);
    return known == null ? inputs.prepare(input, bounds) : known.read();
  }

  /**
   * The same input with what the encoder makes of it.
   *
   * @throws InputException when it cannot be read, or the model reads other things
   * @throws CancellationException when the thread is interrupted
   */
  Input encode(Input input) {
    if (input.encoded(encoder) != null) {
      return input;
    }
    inputs.requireShort(input, Integer.MAX_VALUE, mostPositions());
    EncoderInput read = inputs.prepare(input, EncoderInputs.Bounds.UNTIL_INTERRUPTED);
    return input.keeping(new Input.Encoded(encoder, read, encoder.encode(read, pool)));
  }

  /** A request without an input, whose decoder begins with as little as it can. */
  static Request ofNothing(GenerationOptions options) {
    return new Request(Input.empty().withDecoderPrefix(new int[] {0}), options);
  }

  /**
   * How many tokens the encoder reads of an input.
   *
   * @param mostTokens that are allowed
   * @throws InputException when there are more, or it cannot be read
   */
  int countTokens(Input input, int mostTokens) {
    inputs.requireShort(input, mostTokens, mostPositions());
    return inputs.countTokens(input, mostTokens);
  }

  /**
   * What is to be decoded of an encoded request.
   *
   * @throws InputException when its settings do not suit the input
   */
  SearchRequest search(
      Checked checked, EncoderInput input, EncoderOutput output, StepListener listener) {
    return new SearchRequest(
        output,
        checked.prefix,
        new StoppingCriteria(Set.copyOf(checked.settings.ends()), checked.newTokens),
        checked.rule,
        checked.settings.processors(checked.prefix.size(), checked.newTokens, input.tokenIds()),
        ModelDrafts.withSource(checked.strategy, input.tokenIds()),
        listener
            .withAlternatives(checked.request.options().alternatives())
            .withProbabilities(checked.request.options().logProbabilities()));
  }

  /**
   * Asks, at full depth, in which language a recording is; the answer is one of their tokens. As a
   * search of its own it joins a batch between steps, as every other does.
   *
   * @param tokens those among which it is
   */
  SearchRequest languageSearch(SpeechTokens tokens, EncoderOutput output) {
    return new SearchRequest(
        output,
        List.of(tokens.start()),
        new StoppingCriteria(Set.of(), 1),
        ExitRule.full(exits.decoder().layerCount()),
        List.of(new AllowedTokens(List.copyOf(tokens.languages().values()))),
        new SearchStrategy.Greedy(),
        StepListener.none());
  }

  GenerationSettings settings(Request request) {
    Map<String, @Nullable Object> overrides = request.options().settings();
    GenerationSettings settings = GenerationSettings.read(generationDefaults, overrides);
    String language = request.input().content.targetLanguage;
    return language == null
        ? settings
        : GenerationSettings.read(
            generationDefaults, start.settings(language, overrides, settings.decoderStart()));
  }

  /**
   * How tokens are chosen by options and the folder's settings, without drafts.
   *
   * @throws InputException when they make no sense
   */
  SearchStrategy strategy(GenerationOptions options) {
    return GenerationSettings.read(generationDefaults, options.settings()).strategy();
  }

  private int mostPositions() {
    return spec().positions().most();
  }

  private TransformerSpec.Encoder spec() {
    return exits.folder().spec().encoder();
  }

  /**
   * How many positions the encoder output of an input has at most, as far as can be told unread.
   *
   * @param mostTokens of its text
   */
  int mostPositions(Input input, int mostTokens) {
    long tokens = Math.min(inputs.mostTokens(input), mostTokens);
    return (int) Math.min(tokens + spec().front().mediaPositions(), mostPositions());
  }

  /** Bytes that biases of an input take until it is encoded; 0 for most fronts. */
  long encodingBytes(int positions) {
    return spec().front().biasBytes(spec().stack(), positions);
  }
}
