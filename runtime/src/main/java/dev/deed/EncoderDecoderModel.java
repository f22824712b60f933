package dev.deed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.ExitRule;
import dev.deed.decode.GreedySearch;
import dev.deed.decode.StepResult;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderFront;
import dev.deed.model.EncoderInput;
import dev.deed.model.EncoderInput.Part;
import dev.deed.model.EncoderOutput;
import dev.deed.model.ExitSpec;
import dev.deed.model.TransformerSpec;
import dev.deed.model.family.ModelFolder;
import dev.deed.processing.ImageProcessor;
import dev.deed.processing.TextStream;
import dev.deed.processing.Tokenizer;
import dev.deed.tensor.WorkerTeam;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An opened model: a folder in, answers out. Safe for use from many threads; a generation belongs
 * to the thread that asked for it.
 */
public final class EncoderDecoderModel implements AutoCloseable {
  private final ModelFolder folder;
  private final Decoder decoder;
  private final Encoder encoder;
  private final WorkerTeam team;
  private final @Nullable Tokenizer tokenizer;
  private final EncoderInputs inputs;
  private final ObjectNode generationDefaults;

  private EncoderDecoderModel(ModelFolder folder, WorkerTeam team) {
    this.folder = folder;
    this.team = team;
    this.decoder = Decoder.read(folder.spec(), folder);
    this.encoder = Encoder.read(folder.spec(), folder, decoder);
    Path path = folder.path();
    this.tokenizer = Files.exists(path.resolve("tokenizer.json")) ? Tokenizer.open(path) : null;
    EncoderFront front = spec().encoder().front();
    this.inputs = new EncoderInputs(path.toString(), front, tokenizer, images(path, front));
    this.generationDefaults = GenerationSettings.defaults(path);
  }

  /** Null for a model that reads no pictures: its preprocessor is one of sound, say. */
  private static @Nullable ImageProcessor images(Path path, EncoderFront front) {
    Set<Part> parts = EnumSet.of(Part.PIXELS, Part.PATCHES);
    return Files.exists(path.resolve("preprocessor_config.json"))
            && Stream.of(front.reads(), front.mayRead())
                .anyMatch(read -> !Collections.disjoint(read, parts))
        ? ImageProcessor.open(path)
        : null;
  }

  /** Opens a folder with a worker for each processor. */
  public static EncoderDecoderModel open(Path path) {
    return open(path, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Opens a folder.
   *
   * @param threads number of threads that work on a generation, at least 1
   * @throws InputException when the folder cannot be used
   */
  public static EncoderDecoderModel open(Path path, int threads) {
    ModelFolder folder = ModelFolder.open(path);
    WorkerTeam team = WorkerTeam.of(threads);
    try {
      return new EncoderDecoderModel(folder, team);
    } catch (RuntimeException e) {
      team.close();
      folder.close();
      throw e;
    }
  }

  /** The folder that was opened. */
  public ModelFolder folder() {
    return folder;
  }

  public TransformerSpec spec() {
    return folder.spec();
  }

  /** The model's own exit policy: what its configuration says, full depth without exits. */
  public ExitPolicy defaultPolicy() {
    ExitSpec exits = spec().exits();
    if (exits == null || exits.confidence() == null) {
      return ExitPolicy.full();
    }
    Confidence confidence = Confidence.named(exits.confidence());
    if (confidence == null) {
      throw folder.config().object("exits").wrong("confidence", "is no confidence that DEED knows");
    }
    return new ExitPolicy.Threshold(confidence, exits.threshold());
  }

  /**
   * Generates for one input.
   *
   * @throws InputException when the input does not suit the model
   */
  public Generation generate(Input input, GenerationOptions options) {
    return generate(List.of(input), List.of(options)).getFirst();
  }

  /**
   * Generates for several inputs as one batch, each with its own options; the answers are those of
   * one-by-one generation, bit for bit.
   *
   * @throws InputException when one of the inputs does not suit the model; {@link #prepare} says
   *     which
   */
  public List<Generation> generate(List<Input> inputs, List<GenerationOptions> options) {
    List<Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      prepared.add(prepare(inputs.get(i), options.get(i)));
    }
    return decode(prepared);
  }

  /**
   * Checks and encodes an input, so that {@link #decode} cannot fail for what is wrong with it.
   *
   * @throws InputException when the input or its options do not suit the model
   */
  public Prepared prepare(Input input, GenerationOptions options) {
    Encoded encoded = encode(input);
    return new Prepared(
        request(input, encoded.output, options), encoded.preprocess, encoded.encode);
  }

  /** Decodes prepared inputs as one batch; answers in the same order. */
  public List<Generation> decode(List<Prepared> batch) {
    long start = System.nanoTime();
    List<GreedySearch.Result> results =
        new GreedySearch(decoder, team).run(batch.stream().map(Prepared::request).toList());
    double decodeMillis = millisSince(start);
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      GreedySearch.Result result = results.get(i);
      Prepared prepared = batch.get(i);
      generations.add(
          new Generation(
              text(result.steps()),
              result.steps(),
              result.finish(),
              new Timing(prepared.preprocessMillis(), prepared.encodeMillis(), decodeMillis)));
    }
    return generations;
  }

  /**
   * What the exit settings of some options come to for this model.
   *
   * @throws InputException when the model has no such exit, or no gate
   */
  public ExitRule exitRule(GenerationOptions options) {
    return ExitRule.of(
        options.policy() == null ? defaultPolicy() : options.policy(),
        spec().exits(),
        decoder.hasGate(),
        decoder.layerCount(),
        options.exitLayers(),
        options.minLayer(),
        options.history());
  }

  /**
   * Gives the text of one generation token by token, as its listener hears of them; null when the
   * folder holds no tokenizer.
   */
  public @Nullable TextStream textStream() {
    return tokenizer == null ? null : tokenizer.stream(true);
  }

  /** What layers make of a given decoder prefix; see {@link Features}. */
  public Features features(Input input) {
    int[] prefix = input.decoderPrefix();
    if (prefix == null || prefix.length == 0) {
      throw new InputException(
          "features", "the input has no decoder_input_ids", "give the decoder prefix to look at");
    }
    requirePrefix(prefix);
    return Features.of(spec(), decoder, encode(input).output, prefix, team);
  }

  @Override
  public void close() {
    team.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
    folder.close();
  }

  private record Encoded(EncoderOutput output, double preprocess, double encode) {}

  private Encoded encode(Input input) {
    long start = System.nanoTime();
    EncoderInput prepared = inputs.prepare(input);
    long encodeStart = System.nanoTime();
    EncoderOutput output = encoder.encode(prepared, team);
    return new Encoded(output, (encodeStart - start) / 1e6, millisSince(encodeStart));
  }

  private GreedySearch.Request request(
      Input input, EncoderOutput encoded, GenerationOptions options) {
    int[] given = input.decoderPrefix();
    GenerationSettings settings =
        GenerationSettings.read(
            generationDefaults,
            options.overrides(),
            folder.description().tokens(),
            decoder.vocabulary(),
            given == null ? 1 : given.length);
    int[] prefix = given == null ? new int[] {settings.decoderStart()} : given;
    requirePrefix(prefix);
    return new GreedySearch.Request(
        encoded,
        Arrays.stream(prefix).boxed().toList(),
        Set.copyOf(settings.ends()),
        // The last token is emitted, never fed back, so it needs no position.
        Math.min(settings.maxNewTokens(), decoder.maxPositions() - prefix.length + 1),
        exitRule(options),
        options.listener());
  }

  private void requirePrefix(int[] prefix) {
    requireTokens("decoder_input_ids", prefix, decoder.vocabulary());
    if (prefix.length == 0 || prefix.length > decoder.maxPositions()) {
      throw new InputException(
          "decoder_input_ids",
          "has " + prefix.length + " tokens, the model takes 1.." + decoder.maxPositions(),
          "shorten the prefix");
    }
  }

  private static void requireTokens(String name, int[] ids, int vocabulary) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            name, "holds " + id + ", the vocabulary is 0.." + (vocabulary - 1), "give other ids");
      }
    }
  }

  private @Nullable String text(List<StepResult> steps) {
    return tokenizer == null
        ? null
        : tokenizer.decode(steps.stream().mapToInt(StepResult::token).toArray(), true);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
