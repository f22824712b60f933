package dev.deed;

import dev.deed.files.Lifetime;
import dev.deed.files.OpenParts;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.BoxHead;
import dev.deed.model.spec.ExitSpec;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.GenerationDefaults;
import dev.deed.settings.GenerationSettings;
import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMemory;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.OneLine;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that was opened from its folder. It reads inputs and generates answers.
 *
 * <p>Safe for use from many threads. A generation runs on the thread that calls, and the model's
 * workers help one caller at a time. Requests take less time as one batch: {@link #generate(List)}.
 *
 * <p>The weights stay in memory until the model is closed, and its memory is free as soon as the
 * last answer and engine of it have ended. A model that nobody closes keeps it. Once it is closed,
 * every method but {@link #close} and {@code internals} throws {@link IllegalStateException}. A
 * null argument throws {@link NullPointerException}, whose message names it.
 */
public final class EncoderDecoderModel implements AutoCloseable {
  private final Lifetime lifetime;
  private final RequestPreparation preparation;
  private final BatchGeneration batches;
  private final ModelInternals internals;

  /** Adds what it opens to {@code parts}, which the caller closes if this fails. */
  private EncoderDecoderModel(Path path, OpenOptions options, OpenParts parts) {
    this.lifetime = new Lifetime("model " + OneLine.of(path.toString()), parts::close);
    // Added first, so closed last: behind the pools that work with what lies in it.
    WeightMemory memory = WeightMemory.closeable();
    parts.add(memory::close);
    ModelFolder folder = ModelFolder.open(path, options.precision(), options.adapter(), memory);
    parts.add(folder::close);
    // Of an adapter's folder, that of its base.
    Path base = folder.path();
    ThreadPool pool = ThreadPool.of(options.threads());
    parts.add(pool::close);
    Decoder whole = new Decoder(folder.spec(), folder);
    Encoder encoder = new Encoder(folder.spec(), folder, whole);
    ModelDescription description = folder.description();
    GenerationDefaults defaults = GenerationDefaults.of(base, folder.config(), description);
    // Settings are read when they are used: a caller may override what the folder gets wrong.
    Decoder decoder =
        options.withHead(whole, folder, () -> GenerationSettings.read(defaults, Map.of()).ends());
    BoxHead boxes = BoxHead.read(folder.spec(), folder);
    Tokenizer tokenizer = Tokenizer.existsIn(base) ? Tokenizer.open(base) : null;
    EncoderInputs inputs = EncoderInputs.of(folder, tokenizer);
    ModelAssistant assistant = ModelAssistant.of(options, folder, decoder, inputs, defaults);
    // All weights are packed. A server may have few descriptors, and its libraries need some.
    folder.close();
    if (tokenizer != null) {
      parts.add(tokenizer::close);
      tokenizer.load();
    }
    this.preparation =
        new RequestPreparation(
            new ModelExits(folder, decoder, new ModelDrafts(folder, decoder, options, assistant)),
            assistant == null ? encoder : assistant.behind(encoder),
            pool,
            inputs,
            new DecoderStart(
                base.toString(), tokenizer, description.inputs().promptReplacesStart()),
            defaults,
            new AnswerLanguages(tokenizer, decoder.vocabulary()));
    this.batches = new BatchGeneration(preparation);
    Fingerprints sums = new Fingerprints(folder, path, options.adapter());
    this.internals = new ModelInternals(lifetime, batches, sums, boxes);
  }

  /**
   * Opens a folder with the {@linkplain OpenOptions#defaults() default options}: a thread for each
   * processor, weights in int8 where they are stored so, else in fp32.
   *
   * @param path the model folder, or that of a LoRA adapter which names a folder as its base
   * @return the model, which the caller closes
   * @throws InputException when the folder cannot be used
   * @throws CancellationException when the thread is interrupted while weights are read
   */
  public static EncoderDecoderModel open(Path path) {
    return open(path, OpenOptions.defaults());
  }

  /**
   * Opens a folder as {@link #open(Path)} does, with another number of threads.
   *
   * @param path the model folder
   * @param threads number of threads, as {@link OpenOptions#withThreads} takes it
   * @return the model, which the caller closes
   * @throws InputException also when the number of threads is out of range
   */
  public static EncoderDecoderModel open(Path path, int threads) {
    return open(path, OpenOptions.defaults().withThreads(threads));
  }

  /**
   * Opens a folder.
   *
   * @param path the model folder
   * @param options how many threads work, how weights are held, which tokens may be emitted
   * @return the model, which the caller closes
   * @throws InputException when the folder cannot be used, when the options do not suit it, or when
   *     it holds weights that the precision cannot hold
   * @throws CancellationException when the thread is interrupted while weights are read
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
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /** {@return the number of decoder layers} */
  public int decoderLayers() {
    lifetime.requireOpen();
    return internals.spec().decoderLayers();
  }

  /** {@return the layers that may emit a token, from 1, ascending: the last, and other exits} */
  public List<Integer> exitLayers() {
    lifetime.requireOpen();
    ExitSpec spec = internals.spec().exits();
    return spec == null ? List.of(decoderLayers()) : spec.layers();
  }

  /** {@return what the model is: family, sizes, exits and inputs} */
  public ModelCard card() {
    lifetime.requireOpen();
    return ModelCard.of(internals.folder(), internals.inputs());
  }

  /** {@return the exit settings that the model states, else {@link ExitSettings#full()}} */
  public ExitSettings ownExits() {
    return whileOpen(preparation.exits()::own);
  }

  /**
   * {@return the generation settings that the folder states, by name} They come from its {@code
   * generation_config.json}; without that file, from {@code config.json}, where folders of old keep
   * them. The values are numbers, texts, Booleans and lists. The map does not change.
   */
  public Map<String, Object> generationDefaults() {
    lifetime.requireOpen();
    return preparation.generationDefaults().settings();
  }

  /**
   * {@return the keys of the folder's {@code generation_config.json} that are no generation
   * settings, in the order of the file} They have no effect. The list is empty without that file.
   */
  public List<String> ignoredGenerationKeys() {
    return whileOpen(() -> GenerationDefaults.ignored(internals.folder().path()));
  }

  /**
   * Generates the answer to one input with the model's own exits and settings.
   *
   * @param input what the model reads
   * @return the answer, as {@link #generate(Input, GenerationOptions)} gives it
   */
  public Generation generate(Input input) {
    return generate(input, GenerationOptions.defaults());
  }

  /**
   * Generates the answer to one input. An interruption of the thread stops it: while the input is
   * encoded, by an exception; later the answer ends early, with {@link Finish#CANCELLED}. The
   * thread stays interrupted.
   *
   * @param input what the model reads
   * @param options how to generate
   * @return the answer
   * @throws InputException when the input or the options do not suit the model, or when the model
   *     computes scores that are no numbers
   * @throws CancellationException when the thread is interrupted while the input is encoded
   */
  public Generation generate(Input input, GenerationOptions options) {
    return generate(List.of(new Request(input, options))).getFirst().orThrow();
  }

  /**
   * Generates the answer to one input and tells a listener of every token.
   *
   * @param input what the model reads
   * @param options how to generate
   * @param listener receives the tokens, on this thread; what it throws ends the call
   * @return the answer, as {@link #generate(Input, GenerationOptions)} gives it
   */
  public Generation generate(Input input, GenerationOptions options, TokenListener listener) {
    Objects.requireNonNull(listener, "listener");
    return generate(List.of(new Request(input, options)), listener).getFirst().orThrow();
  }

  /**
   * Generates the answers to several requests as one batch. Each answer is bit for bit the one that
   * the request gets alone. A request that cannot be answered says why in its own result.
   *
   * @param requests inputs, each with its options
   * @return a result for each request, in the order of the requests
   * @throws NullPointerException when a request is null, before any is encoded
   * @throws CancellationException when the thread is interrupted while inputs are encoded
   */
  public List<Result<Generation>> generate(List<Request> requests) {
    return generate(requests, null);
  }

  private List<Result<Generation>> generate(
      List<Request> requests, @Nullable TokenListener listener) {
    Input.requireElements("requests", requests);
    try (Lifetime.Use _ = lifetime.use()) {
      return batches.generate(requests, listener);
    }
  }

  /**
   * Checks options without an input: throws what {@link #generate} would throw for every input.
   *
   * @param options how to generate
   * @throws InputException when they do not suit the model
   */
  public void check(GenerationOptions options) {
    Objects.requireNonNull(options, "options");
    whileOpen(() -> preparation.check(RequestPreparation.ofNothing(options)));
  }

  /**
   * Checks that the model reads an input's picture and sound. {@link #generate} passes over what
   * only other models read, so that one file of lines suits them all.
   *
   * @param input is not prepared
   * @throws InputException when it holds a picture or sound that this model does not read
   */
  public void requireRead(Input input) {
    Objects.requireNonNull(input, "input");
    preparation.inputs().requireRead(input);
  }

  /**
   * Counts the tokens that the encoder reads of an input's text and words, special tokens included.
   * A picture that stands among them (Florence-2, T5Gemma 2) is read, and counts with each of its
   * rows; others are not looked at.
   *
   * @param input what the model would read
   * @return the number of tokens; 0 where the model reads none of it
   * @throws InputException when there is no tokenizer for the text, or it has more than 32
   *     characters for each position that the encoder has, or the picture cannot be read
   */
  public int countTokens(Input input) {
    return countTokens(input, Integer.MAX_VALUE);
  }

  int countTokens(Input input, int most) {
    Objects.requireNonNull(input, "input");
    return whileOpen(() -> preparation.countTokens(input, most));
  }

  /**
   * Encodes an input, for several questions about it. What is generated from the result, also with
   * another decoder prefix, has the same bits and is not encoded again. It holds what was encoded.
   *
   * @param input what the model reads
   * @return the same input, with what the encoder made of it; another text, picture or language
   *     makes an input that is not encoded
   * @throws InputException when it does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  public Input encode(Input input) {
    Objects.requireNonNull(input, "input");
    return whileOpen(() -> preparation.encode(input));
  }

  /**
   * Tells how probable a given answer is, at full depth, whatever the model's settings are. All its
   * tokens go through the decoder as one block, which takes far less time than generating them.
   *
   * @param input what the model reads
   * @param answer token ids, without the decoder's prefix: 1…1048576, and at most as many as the
   *     decoder has positions for
   * @return the log-probability of each token
   * @throws InputException when the input or the answer does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  public AnswerScore score(Input input, List<Integer> answer) {
    Objects.requireNonNull(input, "input");
    Input.requireElements("answer", answer);
    return whileOpen(() -> internals.score(input, answer));
  }

  /**
   * Tells how probable a text is as the answer, as {@link #score(Input, List)} does of tokens. They
   * are those that a model learns of such a target, the end token last; where the input states what
   * the decoder begins with, they have no special tokens in front.
   *
   * @param input what the model reads; its target language is that of the answer
   * @param answer the text
   * @return the log-probability of each token
   * @throws InputException when the input or the answer does not suit the model, or the folder
   *     holds no tokenizer
   * @throws CancellationException when the thread is interrupted
   */
  public AnswerScore score(Input input, String answer) {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(answer, "answer");
    return whileOpen(() -> internals.score(input, internals.tokens(input, answer)));
  }

  /** What an open model says; its errors as applications know them. */
  private <T> T whileOpen(Supplier<T> question) {
    try (Lifetime.Use _ = lifetime.use()) {
      return question.get();
    }
  }

  /**
   * Starts an engine that answers requests as they come. Several engines may share the model. An
   * engine keeps the weights in memory until it is closed.
   *
   * @param options what the engine may use
   * @return the engine, which the caller closes
   * @throws InputException when the options ask for more pools than the model has threads
   */
  public Engine engine(EngineOptions options) {
    Objects.requireNonNull(options, "options");
    Lifetime.Use use = lifetime.use();
    try {
      return new Engine(this, preparation, options, use);
    } catch (RuntimeException | Error e) {
      use.close();
      throw e;
    }
  }

  /**
   * {@return what lies behind the model, for DEED's own modules}
   *
   * @hidden
   */
  public ModelInternals internals() {
    return internals;
  }

  /**
   * Closes the model. Later calls are refused. Generations under way go on to their end, and the
   * last of them frees the weights; this method does not wait for them. A second call does nothing.
   */
  @Override
  public void close() {
    lifetime.close();
  }
}
