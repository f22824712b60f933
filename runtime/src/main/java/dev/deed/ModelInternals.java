package dev.deed;

import dev.deed.OpenOptions.Screening;
import dev.deed.decode.BatchSearch;
import dev.deed.decode.Features;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SourceAttention;
import dev.deed.decode.TeacherForcing;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.AnswerState;
import dev.deed.engine.SideThreads;
import dev.deed.engine.SideWork;
import dev.deed.files.Lifetime;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.HeadBasis;
import dev.deed.model.HeadMoment;
import dev.deed.model.TwoStageHead;
import dev.deed.model.Workspace;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.BoxHead;
import dev.deed.model.spec.InputParts;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.GenerationSettings;
import dev.deed.settings.SpeechTokens;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What lies behind an opened model, for DEED's own modules. Applications do not see the packages of
 * these types, which change without notice. Safe for use from many threads. Once the model is
 * closed, methods that need it throw {@link IllegalStateException}.
 *
 * <p>In a package of its own, behind a qualified export, it would know {@link Input} and {@link
 * Request}, and {@code dev.deed} would know it: a circle. So it stands here, and Javadoc hides it.
 *
 * @hidden
 */
@SuppressWarnings("exports")
public final class ModelInternals {
  private final Lifetime lifetime;
  private final BatchGeneration batches;
  private final RequestPreparation preparation;
  private final ModelExits exits;

  private final Fingerprints fingerprints;

  private final @Nullable BoxHead boxes;

  private final SideThreads beside = new SideThreads(SideWork.QUESTIONS);

  ModelInternals(
      Lifetime lifetime,
      BatchGeneration batches,
      Fingerprints fingerprints,
      @Nullable BoxHead boxes) {
    this.lifetime = lifetime;
    this.boxes = boxes;
    this.batches = batches;
    this.fingerprints = fingerprints;
    this.preparation = batches.preparation();
    this.exits = preparation.exits();
  }

  /** A hold on what was opened. */
  Lifetime.Use use() {
    return lifetime.use();
  }

  RequestPreparation preparation() {
    return preparation;
  }

  Fingerprints fingerprints() {
    return fingerprints;
  }

  /** Begins to sum the weights for {@link Receipt receipts}, on a thread of its own. */
  public void beginReceipts() {
    lifetime.requireOpen();
    fingerprints.begin();
  }

  /** {@return the folder that was opened; it closes with the model} */
  public ModelFolder folder() {
    lifetime.requireOpen();
    return exits.folder();
  }

  /** {@return the transformer that the folder describes, also once the model is closed} */
  public TransformerSpec spec() {
    return exits.folder().spec();
  }

  /** {@return what inputs of the model hold, also once it is closed} */
  public InputParts inputs() {
    return preparation.inputs().parts();
  }

  /** {@return the folder's tokenizer, which closes with the model; null when it has none} */
  public @Nullable Tokenizer tokenizer() {
    lifetime.requireOpen();
    return preparation.inputs().tokenizer();
  }

  /** {@return how pictures become what the model reads; null where the folder does not say} */
  public @Nullable ImageProcessor images() {
    return preparation.inputs().images();
  }

  /**
   * {@return the boxes of cells in a table that was read}
   *
   * @param input a table, which keeps what the encoder made of it
   * @param inputs of the decoder, its prefix included
   * @param places of the inputs whose last hidden states are those of cells, ascending
   * @throws InputException when the input does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  public BoxHead.Found boxes(Input input, int[] inputs, int[] places) {
    try (Lifetime.Use _ = lifetime.use()) {
      Decoder decoder = exits.decoder();
      DecoderStart.requireFits("decoder_input_ids", inputs, decoder);
      int width = decoder.width();
      float[] states = new float[Math.multiplyExact(places.length, width)];
      EncoderOutput output = output(input);
      new TeacherForcing(decoder, preparation.pool())
          .run(
              output,
              inputs,
              (layer, rows, first, positions) -> {
                for (int i = 0; layer == decoder.layerCount() && i < places.length; i++) {
                  int row = places[i] - first;
                  if (row >= 0 && row < positions) {
                    System.arraycopy(rows, row * width, states, i * width, width);
                  }
                }
              });
      return Objects.requireNonNull(boxes, "the model finds no boxes")
          .apply(output, states, places.length, preparation.pool());
    }
  }

  /** {@return how sounds become what the model reads; null where the folder does not say} */
  public @Nullable LogMelProcessor sounds() {
    return preparation.inputs().spectrograms();
  }

  /**
   * {@return bytes of memory, about, that the language of an answer takes; 0 where it may be any
   * text}
   *
   * @param ticket of the request
   */
  public long languageBytes(Ticket ticket) {
    return ticket.languageBytes();
  }

  /**
   * {@return an input that is a decoded picture}
   *
   * @param picture not copied
   */
  public Input picture(Picture picture) {
    return Input.ofPicture(picture);
  }

  /**
   * {@return a new stream that gives the text of one answer token by token; null when the folder
   * holds no tokenizer} The stream belongs to one thread.
   */
  public @Nullable TextStream textStream() {
    Tokenizer tokenizer = tokenizer();
    return tokenizer == null ? null : tokenizer.answerStream();
  }

  /** {@return whether the model has a gate, a confidence that is measured without the head} */
  public boolean hasGate() {
    lifetime.requireOpen();
    return exits.decoder().hasGate();
  }

  /** {@return what look-ups ask a copy of the head first, as the model was opened} */
  public Screening screening() {
    lifetime.requireOpen();
    TwoStageHead screen = exits.decoder().head().screen();
    return screen == null ? Screening.OFF : screen.isForAll() ? Screening.ON : Screening.AUTO;
  }

  /**
   * {@return the rule that exit settings come to for this model}
   *
   * @param settings what was said; the model's own settings stand in for what was not
   * @throws InputException when they lack something, the model has no such exit or no gate, or its
   *     own settings cannot be used
   */
  public ExitRule exitRule(ExitSettings settings) {
    lifetime.requireOpen();
    return exits.rule(exits.drafts().implied(settings));
  }

  /**
   * {@return exit settings with the model's own in place of what they leave to the model}
   *
   * @param settings what was said
   * @throws InputException when they lack something, or the model's own cannot be used
   */
  public ExitSettings resolvedExits(ExitSettings settings) {
    lifetime.requireOpen();
    return exits.resolved(exits.drafts().implied(settings));
  }

  /** {@return whether another model makes the drafts of lossless exits} */
  public boolean isAssisted() {
    return exits.drafts().isAssisted();
  }

  /**
   * {@return what drafts cost by the model's shapes}
   *
   * @param settings of lossless exits
   * @throws InputException when they ask for a copy of the decoder for which there is no room
   */
  public DraftPrices draftPrices(ExitSettings settings) {
    lifetime.requireOpen();
    return exits.drafts().prices(settings);
  }

  /**
   * Refuses options that suit no input of this model.
   *
   * @param options how to generate
   * @throws InputException when they make no sense, or drafts of such a search cannot be verified
   */
  public void requireSuitable(GenerationOptions options) {
    lifetime.requireOpen();
    exits.strategy(options, preparation.strategy(options));
  }

  /**
   * {@return whether options, together with the folder's settings, ask for a beam search or several
   * answers; false where they cannot be used}
   *
   * @param options how to generate
   */
  public boolean ranks(GenerationOptions options) {
    lifetime.requireOpen();
    try {
      return preparation.strategy(options).ranks();
    } catch (InputException e) {
      return false;
    }
  }

  /**
   * Checks and encodes requests, so that only decoding is left. {@link #decode} then fails only
   * where the model computes scores that are no numbers. Inputs that are encoded together share the
   * time out by their lengths.
   *
   * @param requests inputs, each with its options
   * @return the prepared inputs, in the order of the requests
   * @throws InputException when a request does not suit the model: that of the first such request
   * @throws CancellationException when the thread is interrupted
   */
  public List<Prepared> prepare(List<Request> requests) {
    try (Lifetime.Use _ = lifetime.use()) {
      return batches.prepare(requests);
    }
  }

  /**
   * Decodes prepared inputs as one batch. They can be decoded again. An interruption of the thread
   * ends all answers early, with {@link Finish#CANCELLED}.
   *
   * @param batch inputs that this model prepared
   * @return a result for each input, in the order of the batch
   */
  public List<Result<Generation>> decode(List<Prepared> batch) {
    try (Lifetime.Use _ = lifetime.use()) {
      return batches.decode(batch, null);
    }
  }

  /**
   * Lets narrow drafts ask a head of low rank, which is fitted to what the head reads in answers.
   * Where the head is small, or held in int8, that saves nothing and nothing happens; nor where
   * answers are too few.
   *
   * @param requests inputs, each with its options
   * @param answers what full depth said to each
   * @throws InputException when a request does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  public void fitDraftHead(List<Request> requests, List<List<Integer>> answers) {
    try (Lifetime.Use _ = lifetime.use()) {
      Decoder decoder = exits.decoder();
      HeadMoment moment = new HeadMoment(decoder.width());
      for (int i = 0; i < requests.size() && decoder.head().isLarge(); i++) {
        if (!moment.isPlenty() && !answers.get(i).isEmpty()) {
          gather(requests.get(i), answers.get(i), moment);
        }
      }
      if (moment.isEnough()) {
        exits.drafts().use(moment.basis(decoder.head()));
      }
    }
  }

  /** Gathers what the head reads at full depth, before each token of an answer. */
  private void gather(Request request, List<Integer> answer, HeadMoment moment) {
    Decoder decoder = exits.decoder();
    int last = decoder.layerCount();
    int[] prefix = prefix(request);
    int before = prefix.length - 1;
    new TeacherForcing(decoder, preparation.pool())
        .run(
            output(request.input()),
            decoderInputs(prefix, answer),
            (layer, rows, first, positions) -> {
              int from = Math.max(0, before - first);
              if (layer == last && from < positions) {
                int width = decoder.width();
                float[] tail = Arrays.copyOfRange(rows, from * width, positions * width);
                moment.add(
                    decoder.exitHidden(
                        last, tail, positions - from, new Workspace(), preparation.pool()),
                    positions - from);
              }
            });
  }

  /**
   * {@return what the decoder reads while it emits an answer}
   *
   * @param prefix what it begins with
   * @param answer its tokens, of which nothing comes behind the last
   */
  public static int[] decoderInputs(int[] prefix, List<Integer> answer) {
    return IntStream.concat(Arrays.stream(prefix), answer.stream().mapToInt(id -> id))
        .limit(prefix.length - 1 + answer.size())
        .toArray();
  }

  /**
   * Keeps what was {@linkplain #fitDraftHead fitted} in the model's folder; nothing where nothing
   * was.
   *
   * @throws IOException when the folder cannot be written
   */
  public void writeDraftHead() throws IOException {
    HeadBasis basis = exits.drafts().fitted();
    if (basis != null) {
      basis.write(folder().path());
    }
  }

  /**
   * {@return what the encoder makes of an input}
   *
   * @param input what the model reads, perhaps {@linkplain EncoderDecoderModel#encode encoded}
   * @throws InputException when it does not suit the model
   */
  public EncoderOutput encoderOutput(Input input) {
    try (Lifetime.Use _ = lifetime.use()) {
      return output(input);
    }
  }

  /**
   * {@return token ids that the decoder begins with: those that an input gives, else the model's
   * own}
   *
   * @param input of which what the encoder reads is not looked at
   * @throws InputException when they do not suit the model
   */
  public int[] decoderPrefix(Input input) {
    lifetime.requireOpen();
    return prefix(Request.of(input));
  }

  private int[] prefix(Request request) {
    GenerationSettings settings = preparation.settings(request);
    SpeechTokens detecting =
        preparation.start().detecting(request.input(), settings, preparation.generationDefaults());
    if (detecting != null) {
      int[] prefix = detecting.prefix(settings.timestamps());
      SearchRequest question = preparation.languageSearch(detecting, output(request.input()));
      SpeechTokens.setLanguage(
          prefix,
          new BatchSearch(exits.decoder(), preparation.pool()).run(List.of(question)).getFirst());
      return prefix;
    }
    int[] prefix = preparation.start().prefix(request.input(), settings, Integer.MAX_VALUE);
    DecoderStart.requireFits("decoder_input_ids", prefix, exits.decoder());
    return prefix;
  }

  private EncoderOutput output(Input input) {
    return Objects.requireNonNull(preparation.encode(input).encoded(preparation.encoder()))
        .output();
  }

  /**
   * {@return what the encoder and all layers make of an input and its decoder prefix}
   *
   * @param input what the model reads, with {@link Input#withDecoderPrefix a decoder prefix}
   * @throws InputException when it has no decoder prefix, or does not suit the model
   */
  public Features features(Input input) {
    int[] prefix = input.decoderPrefix();
    try (Lifetime.Use _ = lifetime.use()) {
      if (prefix == null || prefix.length == 0) {
        throw new InputException(
            "features", "the input has no decoder_input_ids", "give the decoder prefix to look at");
      }
      DecoderStart.requireFits("decoder_input_ids", prefix, exits.decoder());
      return Features.of(spec(), exits.decoder(), output(input), prefix, preparation.pool());
    }
  }

  /**
   * {@return the same input, which keeps what the encoder makes of it for the first request, so
   * that the model itself need not encode it again}
   *
   * @param input what the model reads
   */
  public Input keepingOutput(Input input) {
    return input.keeping(null);
  }

  /**
   * {@return the same input, each of whose answers is a text of a language}
   *
   * @param input what the model reads
   * @param start of the language, before the first token
   */
  public Input answeredIn(Input input, AnswerState start) {
    return input.answeredIn(start);
  }

  /** {@return tokens that end an answer, by the folder's settings} */
  public int[] endTokens() {
    return preparation.settings(Request.of(Input.empty())).ends().stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Does on one of a few threads of the system what takes long beside an engine, so that neither
   * its answers nor a virtual thread's carrier wait for it. Others wait here where many ask.
   *
   * @param <T> what the task gives
   * @param task throws no checked exception; is interrupted where the caller is
   * @return what it gives
   * @throws CancellationException when the thread is interrupted
   */
  public <T> T beside(Callable<T> task) {
    return beside.run(task);
  }

  /** The same, of which nobody wants the result any more at a deadline. */
  <T> T beside(Callable<T> task, @Nullable Duration deadline) {
    return beside.run(task, deadline);
  }

  /**
   * Tells where in the encoder output heads of cross-attention look, for tokens that are known, on
   * the caller's thread alone; see {@code beside}.
   *
   * @param input with the tokens that the decoder reads as its {@linkplain Input#withDecoderPrefix
   *     prefix}
   * @param first token whose weights are told, with those behind it
   * @param heads at least one, in the order of their layers
   * @param visitor receives the weights
   * @throws InputException when the input does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  public void sourceAttention(
      Input input, int first, List<SourceAttention.Head> heads, SourceAttention.Visitor visitor) {
    int[] prefix = Objects.requireNonNull(input.decoderPrefix(), "decoder prefix");
    Decoder decoder = exits.decoder();
    try (Lifetime.Use _ = lifetime.use();
        ThreadPool alone = ThreadPool.of(1)) {
      DecoderStart.requireFits("decoder_input_ids", prefix, decoder);
      new SourceAttention(decoder, alone).run(output(input), prefix, first, heads, visitor, false);
    }
  }

  /**
   * Tells the same, and how probable the tokens are, at full depth.
   *
   * @param input with a decoder prefix of which the tokens are a part
   * @param first token whose weights are told, with those behind it
   * @param heads in the order of their layers, perhaps none
   * @param visitor receives the weights
   * @return natural logarithms of the probabilities of the tokens behind the first
   * @throws InputException when the input does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  public List<Double> forced(
      Input input, int first, List<SourceAttention.Head> heads, SourceAttention.Visitor visitor) {
    int[] prefix = Objects.requireNonNull(input.decoderPrefix(), "decoder prefix");
    Decoder decoder = exits.decoder();
    ThreadPool pool = preparation.pool();
    try (Lifetime.Use _ = lifetime.use()) {
      DecoderStart.requireFits("decoder_input_ids", prefix, decoder);
      SourceAttention attention = new SourceAttention(decoder, pool);
      float[] rows = attention.run(output(input), prefix, first, heads, visitor, true);
      int[] next = Arrays.copyOfRange(prefix, first + 1, prefix.length);
      return new TeacherForcing(decoder, pool).logProbabilities(rows, first, next);
    }
  }

  /**
   * The tokens of an answer, the end token last.
   *
   * @throws InputException when the folder holds no tokenizer, or none of the language
   */
  List<Integer> tokens(Input input, String text) {
    return preparation.start().answer(input, text, preparation.settings(Request.of(input)));
  }

  /**
   * Scores an answer at full depth.
   *
   * @throws InputException when it does not suit the model, or the input does not
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  AnswerScore score(Input input, List<Integer> answer) {
    Decoder decoder = exits.decoder();
    int[] prefix = prefix(Request.of(input));
    int[] ids = answer.stream().mapToInt(Integer::intValue).toArray();
    DecoderStart.requireFits("answer", ids, decoder);
    int most = Math.min(GenerationSetting.LONGEST, decoder.maxPositions() - prefix.length + 1);
    new TokenLimit("answer", most, "shorten it").require(ids.length);
    TeacherForcing forcing = new TeacherForcing(decoder, preparation.pool());
    return new AnswerScore(answer, forcing.logProbabilities(output(input), prefix, ids));
  }
}
