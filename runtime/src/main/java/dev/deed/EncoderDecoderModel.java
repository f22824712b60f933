package dev.deed;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.BadInputException;
import dev.deed.checkpoint.Lifetime;
import dev.deed.checkpoint.OneLine;
import dev.deed.decode.BatchSearch;
import dev.deed.decode.FoundSequence;
import dev.deed.decode.SearchOutcome;
import dev.deed.decode.SearchResult;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.processing.tokenizer.DecoderPrompt;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.WorkerTeam;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An opened model: a folder in, answers out. Safe for use from many threads; a generation belongs
 * to the thread that asked for it. Once it is closed, every method but {@link #close} throws {@link
 * IllegalStateException}.
 */
public final class EncoderDecoderModel implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Lifetime lifetime;
  private final Decoder decoder;
  private final WorkerTeam team;
  private final @Nullable Tokenizer tokenizer;
  private final ObjectNode generationDefaults;
  private final ModelExits exits;
  private final RequestPreparation preparation;
  private final ModelInternals internals;

  /**
   * @param parts receives what is opened, to be closed by the caller if this fails
   */
  private EncoderDecoderModel(Path path, OpenOptions options, OpenParts parts) {
    this.lifetime = new Lifetime("model " + OneLine.of(path.toString()), parts::close);
    WeightPrecision precision = options.precision();
    ModelFolder folder = ModelFolder.open(path, precision == null ? null : precision.held());
    parts.add(folder::close);
    this.team = WorkerTeam.of(options.threads());
    parts.add(team::close);
    Decoder whole = Decoder.read(folder.spec(), folder);
    Encoder encoder = Encoder.read(folder.spec(), folder, whole);
    this.tokenizer = Tokenizer.existsIn(path) ? Tokenizer.open(path) : null;
    if (tokenizer != null) {
      parts.add(tokenizer::close);
    }
    ModelDescription description = folder.description();
    this.generationDefaults =
        GenerationDefaults.of(path, folder.config(), description.generation());
    GenerationSettings.StatedTokens stated =
        GenerationSettings.StatedTokens.of(path, description.tokens());
    // Settings are read when they are used: a caller may override what the folder gets wrong.
    this.decoder =
        options.withHead(
            whole,
            folder,
            () ->
                GenerationSettings.read(generationDefaults, null, stated, whole.vocabulary())
                    .ends());
    this.exits = new ModelExits(folder, decoder);
    this.preparation =
        new RequestPreparation(
            exits,
            encoder,
            team,
            EncoderInputs.of(folder, tokenizer),
            new DecoderStart(
                path.toString(), tokenizer, DecoderPrompt.replacesStart(folder.config().json())),
            generationDefaults,
            stated);
    this.internals = new ModelInternals(lifetime, folder, tokenizer, exits, preparation);
  }

  /**
   * Opens a folder with a worker for each processor, in int8 where it is stored so, else in fp32.
   *
   * @throws InputException when the folder cannot be used
   */
  public static EncoderDecoderModel open(Path path) {
    return open(path, OpenOptions.defaults());
  }

  /**
   * Opens a folder as {@link #open(Path)} does.
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
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(options, "options");
    OpenParts parts = new OpenParts();
    try {
      return new EncoderDecoderModel(path, options, parts);
    } catch (NotFiniteException e) {
      parts.close();
      throw new InputException(
          path.toString(),
          "holds weights that are not finite",
          "open it in fp32 or bf16, without screening");
    } catch (BadInputException e) {
      parts.close();
      throw InputException.of(e);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /** Number of decoder layers. */
  public int decoderLayers() {
    lifetime.requireOpen();
    return decoder.layerCount();
  }

  /** Decoder layers that may emit, from 1, ascending; of a plain model the last alone. */
  public List<Integer> exitLayers() {
    lifetime.requireOpen();
    ExitSpec stated = internals.spec().exits();
    return stated == null ? List.of(decoderLayers()) : stated.layers();
  }

  /**
   * The model's own exit settings: what its configuration says, full depth where it says nothing.
   *
   * @throws InputException when that makes no sense
   */
  public ExitSettings ownExits() {
    lifetime.requireOpen();
    try {
      return exits.own();
    } catch (BadInputException e) {
      throw InputException.of(e);
    }
  }

  /**
   * Generation settings that the folder states: its {@code generation_config.json}, or their old
   * place in {@code config.json}. A copy: numbers, texts, Booleans and lists by name.
   */
  public Map<String, Object> generationDefaults() {
    lifetime.requireOpen();
    return MAPPER.convertValue(generationDefaults, new TypeReference<Map<String, Object>>() {});
  }

  /** Keys of the folder's {@code generation_config.json} that are no generation settings. */
  public List<String> ignoredGenerationKeys() {
    lifetime.requireOpen();
    return GenerationDefaults.ignored(internals.folder().path());
  }

  /**
   * Generates for one input with the model's own exits and settings.
   *
   * @throws InputException as {@link #generate(Input, GenerationOptions)}
   */
  public Generation generate(Input input) {
    return generate(input, GenerationOptions.defaults());
  }

  /**
   * Generates for one input.
   *
   * @throws InputException when the input or the options do not suit the model, or the model
   *     computes NaN
   * @throws java.util.concurrent.CancellationException when the thread is interrupted while the
   *     input is encoded; later the generation ends as cancelled
   */
  public Generation generate(Input input, GenerationOptions options) {
    return generate(List.of(new Request(input, options))).getFirst().orThrow();
  }

  /**
   * Generates for one input and tells a listener of every token.
   *
   * @throws InputException as without a listener
   */
  public Generation generate(Input input, GenerationOptions options, TokenListener listener) {
    return generate(List.of(new Request(input, options, listener))).getFirst().orThrow();
  }

  /**
   * Generates for several requests as one batch. The answers are those of one-by-one generation,
   * bit for bit; a request that cannot be answered says why in its own result.
   *
   * @return results in the order of the requests
   * @throws NullPointerException when one of them is null, before any is decoded
   * @throws java.util.concurrent.CancellationException as for one input
   */
  public List<Result> generate(List<Request> requests) {
    Input.requireElements("requests", requests);
    List<RequestPreparation.Outcome> outcomes;
    Iterator<Result> decoded;
    try (Lifetime.Use _ = lifetime.use()) {
      outcomes = preparation.prepare(requests);
      decoded =
          decoded(
                  outcomes.stream()
                      .filter(RequestPreparation.Outcome.Ready.class::isInstance)
                      .map(RequestPreparation.Outcome::orThrow)
                      .toList())
              .iterator();
    }
    return outcomes.stream()
        .map(
            outcome ->
                switch (outcome) {
                  case RequestPreparation.Outcome.Ready _ -> decoded.next();
                  case RequestPreparation.Outcome.Refused refused ->
                      new Result.Refused(refused.error());
                })
        .toList();
  }

  /**
   * Checks and encodes requests, so that {@link #decode} fails only where scores turn out to be no
   * numbers; in the same order. The time that encoding took is shared out by their lengths.
   *
   * @throws InputException when one of them does not suit the model
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<Prepared> prepare(List<Request> requests) {
    Input.requireElements("requests", requests);
    try (Lifetime.Use _ = lifetime.use()) {
      return preparation.prepare(requests).stream()
          .map(RequestPreparation.Outcome::orThrow)
          .toList();
    }
  }

  /** Decodes prepared inputs as one batch; results in the same order. They can be decoded again. */
  public List<Result> decode(List<Prepared> batch) {
    Input.requireElements("batch", batch);
    try (Lifetime.Use _ = lifetime.use()) {
      return decoded(batch);
    }
  }

  private List<Result> decoded(List<Prepared> batch) {
    long start = System.nanoTime();
    List<SearchOutcome> outcomes =
        new BatchSearch(decoder, team).outcomes(batch.stream().map(Prepared::request).toList());
    double millis = (System.nanoTime() - start) / 1e6;
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      results.add(result(outcomes.get(i), batch.get(i), millis));
    }
    return results;
  }

  private Result result(SearchOutcome outcome, Prepared prepared, double decodeMillis) {
    try {
      return new Result.Answered(generation(outcome.orThrow(), prepared, decodeMillis));
    } catch (BadInputException e) {
      return new Result.Refused(InputException.of(e));
    }
  }

  private Generation generation(SearchResult found, Prepared prepared, double decodeMillis) {
    return new Generation(
        found.sequences().stream().map(this::sequence).toList(),
        prepared.request().strategy().ranks(),
        found.effort().layersRun(),
        found.effort().layersPossible(),
        found.effort().layerPasses(),
        found.effort().headLookups(),
        new Timing(prepared.preprocessMillis(), prepared.encodeMillis(), decodeMillis));
  }

  private GeneratedSequence sequence(FoundSequence found) {
    int[] ids = found.tokenIds().stream().mapToInt(Integer::intValue).toArray();
    return new GeneratedSequence(
        tokenizer == null ? null : tokenizer.decode(ids, true),
        IntStream.range(0, ids.length)
            .mapToObj(index -> Token.of(index, found.steps().get(index)))
            .toList(),
        switch (found.end()) {
          case EOS -> Finish.EOS;
          case LENGTH -> Finish.LENGTH;
          case CANCELLED -> Finish.CANCELLED;
        },
        found.score());
  }

  /** For DEED's own modules: what lies behind the model. */
  public ModelInternals internals() {
    return Objects.requireNonNull(internals);
  }

  /**
   * Closes the model: what comes after is refused, generations under way end as they would have,
   * and the last one frees the weights. Does not wait for them; a second time does nothing.
   */
  @Override
  public void close() {
    lifetime.close();
  }
}
