package dev.deed;

import dev.deed.decode.BatchSearch;
import dev.deed.decode.Features;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SourceAttention;
import dev.deed.decode.TeacherForcing;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.HeadMoment;
import dev.deed.model.Workspace;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.settings.GenerationSettings;
import dev.deed.settings.SpeechTokens;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What a model makes of tokens that it is given, all at once (teacher forcing). */
record GivenAnswers(RequestPreparation preparation) {
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
    Decoder decoder = preparation.exits().decoder();
    int[] prefix = prefix(Request.of(input));
    int[] ids = answer.stream().mapToInt(Integer::intValue).toArray();
    DecoderStart.requireFits("answer", ids, decoder);
    int most = Math.min(GenerationSetting.LONGEST, decoder.maxPositions() - prefix.length + 1);
    new TokenLimit("answer", most, "shorten it").require(ids.length);
    TeacherForcing forcing = new TeacherForcing(decoder, preparation.pool());
    return new AnswerScore(answer, forcing.logProbabilities(output(input), prefix, ids));
  }

  /**
   * Gathers what the head reads at full depth, before each token of an answer.
   *
   * @param answer that full depth gave to the request
   * @throws InputException when the request does not suit the model
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  void gather(Request request, List<Integer> answer, HeadMoment moment) {
    Decoder decoder = preparation.exits().decoder();
    int last = decoder.layerCount();
    int[] prefix = prefix(request);
    int before = prefix.length - 1;
    int[] inputs = Arrays.copyOf(prefix, before + answer.size());
    for (int at = prefix.length; at < inputs.length; at++) {
      inputs[at] = answer.get(at - prefix.length);
    }
    new TeacherForcing(decoder, preparation.pool())
        .run(
            output(request.input()),
            inputs,
            (layer, rows, first, positions) -> {
              int from = Math.max(0, before - first);
              if (layer == last && from < positions) {
                int width = decoder.width();
                float[] asked = Arrays.copyOfRange(rows, from * width, positions * width);
                moment.add(
                    decoder.exitHidden(
                        last, asked, positions - from, new Workspace(), preparation.pool()),
                    positions - from);
              }
            });
  }

  /**
   * What layers make of the decoder prefix that an input gives.
   *
   * @throws InputException when it gives none, or does not suit the model
   */
  Features features(Input input) {
    int[] prefix = input.decoderPrefix();
    if (prefix == null || prefix.length == 0) {
      throw new InputException(
          "features", "the input has no decoder_input_ids", "give the decoder prefix to look at");
    }
    ModelExits exits = preparation.exits();
    DecoderStart.requireFits("decoder_input_ids", prefix, exits.decoder());
    return Features.of(
        exits.folder().spec(), exits.decoder(), output(input), prefix, preparation.pool());
  }

  /**
   * Tells where heads of cross-attention look, on this thread alone.
   *
   * @param input with a decoder prefix
   * @param first token of the prefix whose weights are told, with those behind it
   * @throws InputException when the input does not suit the model
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  void sourceAttention(
      Input input, int first, List<SourceAttention.Head> heads, SourceAttention.Visitor visitor) {
    int[] prefix = Objects.requireNonNull(input.decoderPrefix(), "decoder prefix");
    Decoder decoder = preparation.exits().decoder();
    DecoderStart.requireFits("decoder_input_ids", prefix, decoder);
    try (ThreadPool alone = ThreadPool.of(1)) {
      new SourceAttention(decoder, alone).run(output(input), prefix, first, heads, visitor, false);
    }
  }

  /**
   * The same of a whole decoder, with its threads, and how probable the tokens behind the first
   * are.
   */
  List<Double> forced(
      Input input, int first, List<SourceAttention.Head> heads, SourceAttention.Visitor visitor) {
    int[] prefix = Objects.requireNonNull(input.decoderPrefix(), "decoder prefix");
    Decoder decoder = preparation.exits().decoder();
    DecoderStart.requireFits("decoder_input_ids", prefix, decoder);
    ThreadPool pool = preparation.pool();
    float[] rows =
        new SourceAttention(decoder, pool).run(output(input), prefix, first, heads, visitor, true);
    int[] next = Arrays.copyOfRange(prefix, first + 1, prefix.length);
    return new TeacherForcing(decoder, pool).logProbabilities(rows, first, next);
  }

  /**
   * What the last layer makes of some decoder inputs, behind those before them.
   *
   * @param inputs of the decoder, its prefix included
   * @param places of those, ascending
   * @return [places, width]
   * @throws InputException when the input does not suit the model
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  float[] lastStates(Input input, int[] inputs, int[] places) {
    Decoder decoder = preparation.exits().decoder();
    DecoderStart.requireFits("decoder_input_ids", inputs, decoder);
    int width = decoder.width();
    float[] states = new float[Math.multiplyExact(places.length, width)];
    new TeacherForcing(decoder, preparation.pool())
        .run(
            output(input),
            inputs,
            (layer, rows, first, positions) -> {
              for (int i = 0; layer == decoder.layerCount() && i < places.length; i++) {
                int row = places[i] - first;
                if (row >= 0 && row < positions) {
                  System.arraycopy(rows, row * width, states, i * width, width);
                }
              }
            });
    return states;
  }

  /**
   * What the decoder begins with: what the request's input gives, else the model's own.
   *
   * @throws InputException when it does not suit the model
   */
  int[] prefix(Request request) {
    GenerationSettings settings = preparation.settings(request);
    SpeechTokens detecting =
        preparation.start().detecting(request.input(), settings, preparation.generationDefaults());
    if (detecting != null) {
      int[] prefix = detecting.prefix(settings.timestamps());
      SearchRequest question = preparation.languageSearch(detecting, output(request.input()));
      SpeechTokens.setLanguage(
          prefix,
          new BatchSearch(preparation.exits().decoder(), preparation.pool())
              .run(List.of(question))
              .getFirst());
      return prefix;
    }
    int[] prefix = preparation.start().prefix(request.input(), settings, Integer.MAX_VALUE);
    DecoderStart.requireFits("decoder_input_ids", prefix, preparation.exits().decoder());
    return prefix;
  }

  /**
   * What the encoder makes of an input.
   *
   * @throws InputException when it does not suit the model
   */
  EncoderOutput output(Input input) {
    return Objects.requireNonNull(preparation.encode(input).encoded(preparation.encoder()))
        .output();
  }
}
