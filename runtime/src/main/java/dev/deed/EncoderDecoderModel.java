package dev.deed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.BatchSearch;
import dev.deed.decode.GeneratedSequence;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchResult;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.tokenizer.DecoderPrompt;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.WorkerTeam;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An opened model: a folder in, answers out. Safe for use from many threads; a generation belongs
 * to the thread that asked for it.
 */
public final class EncoderDecoderModel implements AutoCloseable {
  private static final int ENCODED_TOGETHER = 16;

  private final OpenParts parts;
  private final ModelFolder folder;
  private final Decoder decoder;
  private final ModelExits exits;
  private final Encoder encoder;
  private final WorkerTeam team;
  private final @Nullable Tokenizer tokenizer;
  private final EncoderInputs inputs;
  private final DecoderStart start;
  private final ObjectNode generationDefaults;
  private final GenerationSettings.StatedTokens statedTokens;

  /**
   * @param parts receives what is opened, to be closed by the caller if this fails
   */
  private EncoderDecoderModel(Path path, OpenOptions options, OpenParts parts) {
    this.parts = parts;
    this.folder = ModelFolder.open(path, options.precision());
    parts.add(folder::close);
    this.team = WorkerTeam.of(options.threads());
    parts.add(team::close);
    Decoder whole = Decoder.read(folder.spec(), folder);
    this.encoder = Encoder.read(folder.spec(), folder, whole);
    this.tokenizer = Tokenizer.existsIn(path) ? Tokenizer.open(path) : null;
    if (tokenizer != null) {
      parts.add(tokenizer::close);
    }
    this.inputs = EncoderInputs.of(folder, tokenizer);
    this.start =
        new DecoderStart(
            path.toString(), tokenizer, DecoderPrompt.replacesStart(folder.config().json()));
    ModelDescription description = folder.description();
    this.generationDefaults =
        GenerationDefaults.of(path, folder.config(), description.generation());
    this.statedTokens = GenerationSettings.StatedTokens.of(path, description.tokens());
    // Settings are read when they are used: a caller may override what the folder gets wrong.
    this.decoder =
        options.withHead(
            whole,
            folder,
            () ->
                GenerationSettings.read(generationDefaults, null, statedTokens, whole.vocabulary())
                    .ends());
    this.exits = new ModelExits(folder, decoder);
  }

  /** Opens a folder with a worker for each processor. */
  public static EncoderDecoderModel open(Path path) {
    return open(path, OpenOptions.defaults());
  }

  /**
   * Opens a folder in fp32, or in int8 where it is stored so.
   *
   * @param threads number of threads that work on a generation, 1…{@value WorkerTeam#MOST_THREADS}
   * @throws InputException when the folder cannot be used
   */
  public static EncoderDecoderModel open(Path path, int threads) {
    return open(path, OpenOptions.defaults().withThreads(threads));
  }

  /**
   * Opens a folder.
   *
   * @throws InputException when the folder cannot be used, or holds weights that the precision
   *     cannot
   */
  public static EncoderDecoderModel open(Path path, OpenOptions options) {
    OpenParts parts = new OpenParts();
    try {
      return new EncoderDecoderModel(path, options, parts);
    } catch (NotFiniteException e) {
      parts.close();
      throw new InputException(
          path.toString(),
          "holds weights that are not finite",
          "open it in fp32 or bf16, without screening");
    } catch (RuntimeException | Error e) {
      parts.close();
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

  /** The folder's tokenizer, which closes with the model; null when it has none. */
  public @Nullable Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The model's own exit settings: what its configuration says, full depth where it says nothing.
   *
   * @throws InputException when that makes no sense
   */
  public ExitSettings ownExits() {
    return exits.own();
  }

  /**
   * Generates for one input.
   *
   * @throws InputException when the input does not suit the model, or the model computes NaN
   * @throws java.util.concurrent.CancellationException when the thread is interrupted while the
   *     input is encoded; later the generation ends as cancelled
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
   * @throws java.util.concurrent.CancellationException as for one input
   */
  public List<Generation> generate(List<Input> inputs, List<GenerationOptions> options) {
    return decode(prepare(inputs, options));
  }

  /**
   * Checks and encodes an input, so that {@link #decode} fails only where scores turn out to be no
   * numbers.
   *
   * @throws InputException when the input or its options do not suit the model
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Prepared prepare(Input input, GenerationOptions options) {
    return prepare(List.of(input), List.of(options)).getFirst();
  }

  /**
   * Checks and encodes several inputs together, each with its own options; in the same order. The
   * time that encoding took is shared out by their lengths.
   *
   * @throws InputException when one of them does not suit the model; {@link #prepare(Input,
   *     GenerationOptions)} says which
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<Prepared> prepare(List<Input> inputs, List<GenerationOptions> options) {
    List<GenerationSettings> settings = new ArrayList<>();
    List<int[]> prefixes = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      settings.add(settings(inputs.get(i), options.get(i)));
      prefixes.add(start.prefix(inputs.get(i), settings.get(i)));
      requirePrefix(prefixes.get(i));
    }
    List<Encoded> encoded = encode(inputs);
    List<Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Encoded one = encoded.get(i);
      prepared.add(
          new Prepared(
              request(prefixes.get(i), one, options.get(i), settings.get(i)),
              one.preprocess,
              one.encode));
    }
    return prepared;
  }

  /**
   * Decodes prepared inputs as one batch; answers in the same order. They can be decoded again.
   *
   * @throws InputException when the model computes NaN for one of them, or its settings drive
   *     scores beyond all numbers; it does not say which
   */
  public List<Generation> decode(List<Prepared> batch) {
    long start = System.nanoTime();
    List<SearchResult> results =
        new BatchSearch(decoder, team).run(batch.stream().map(Prepared::request).toList());
    double decodeMillis = millisSince(start);
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      SearchResult result = results.get(i);
      Prepared prepared = batch.get(i);
      generations.add(
          new Generation(
              result.sequences().stream().map(this::withText).toList(),
              prepared.request().strategy().ranks(),
              result.effort(),
              new Timing(prepared.preprocessMillis(), prepared.encodeMillis(), decodeMillis)));
    }
    return generations;
  }

  private GeneratedSequence withText(GeneratedSequence found) {
    return tokenizer == null
        ? found
        : found.withText(
            tokenizer.decode(
                found.tokenIds().stream().mapToInt(Integer::intValue).toArray(), true));
  }

  /**
   * Generation settings that the folder states: its {@code generation_config.json}, or their old
   * place in {@code config.json}. A copy.
   */
  public ObjectNode generationDefaults() {
    return generationDefaults.deepCopy();
  }

  /** Keys of the folder's {@code generation_config.json} that are no generation settings. */
  public List<String> ignoredGenerationKeys() {
    return GenerationDefaults.ignored(folder.path());
  }

  /** Whether the model has a gate, the confidence that needs no head. */
  public boolean hasGate() {
    return decoder.hasGate();
  }

  /**
   * What exit settings come to for this model.
   *
   * @throws InputException when they lack something, or the model has no such exit, or no gate
   */
  public ExitRule exitRule(ExitSettings settings) {
    return exits.rule(settings);
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
    return Features.of(spec(), decoder, encode(List.of(input)).getFirst().output, prefix, team);
  }

  @Override
  public void close() {
    parts.close();
  }

  /**
   * @param tokenIds what the encoder read of tokens; pictures are let go
   */
  private record Encoded(
      int @Nullable [] tokenIds, EncoderOutput output, double preprocess, double encode) {}

  /** Encodes inputs, a few at a time: pictures of all of them would fill memory. */
  private List<Encoded> encode(List<Input> batch) {
    List<Encoded> encoded = new ArrayList<>();
    for (int first = 0; first < batch.size(); first += ENCODED_TOGETHER) {
      int end = Math.min(batch.size(), first + ENCODED_TOGETHER);
      encoded.addAll(encodeTogether(batch.subList(first, end)));
    }
    return encoded;
  }

  private List<Encoded> encodeTogether(List<Input> batch) {
    List<EncoderInput> prepared = new ArrayList<>();
    List<Double> preprocess = new ArrayList<>();
    for (Input input : batch) {
      long start = System.nanoTime();
      prepared.add(inputs.prepare(input));
      preprocess.add(millisSince(start));
    }
    long start = System.nanoTime();
    List<EncoderOutput> outputs = encoder.encode(prepared, team);
    double millis = millisSince(start);
    int rows = outputs.stream().mapToInt(EncoderOutput::positions).sum();
    List<Encoded> encoded = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      EncoderOutput output = outputs.get(i);
      double share = millis * output.positions() / rows;
      encoded.add(new Encoded(prepared.get(i).tokenIds(), output, preprocess.get(i), share));
    }
    return encoded;
  }

  private GenerationSettings settings(Input input, GenerationOptions options) {
    GenerationSettings settings = settings(options.overrides());
    return input.targetLanguage() == null
        ? settings
        : settings(start.settings(input, options.overrides(), settings.decoderStart()));
  }

  private GenerationSettings settings(@Nullable ObjectNode overrides) {
    return GenerationSettings.read(
        generationDefaults, overrides, statedTokens, decoder.vocabulary());
  }

  private SearchRequest request(
      int[] prefix, Encoded encoded, GenerationOptions options, GenerationSettings settings) {
    int newTokens = settings.maxNewTokens(prefix.length, decoder.maxPositions());
    return new SearchRequest(
        encoded.output,
        Arrays.stream(prefix).boxed().toList(),
        new StoppingCriteria(Set.copyOf(settings.ends()), newTokens),
        exits.rule(options.exits()),
        settings.processors(prefix.length, newTokens, encoded.tokenIds),
        settings.strategy(),
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

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
