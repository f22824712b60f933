package dev.deed.decode;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.HeadMoment;
import dev.deed.model.HeldIn;
import dev.deed.model.RandomParameters;
import dev.deed.model.front.TinyGemma;
import dev.deed.model.front.TinyOfa;
import dev.deed.model.front.TinyTable;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.WeightPrecision;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** A model with exits in every layer, and inputs for it. */
public record ExitModel(
    TransformerSpec spec, Decoder decoder, Encoder encoder, int start, List<EncoderInput> inputs) {
  /** One of the families of {@link ExitGolden}, OFA, or one of Gemma, in fp32. */
  public static ExitModel open(String name) {
    return open(name, WeightPrecision.FP32);
  }

  static ExitModel open(String name, WeightPrecision precision) {
    return switch (name) {
      case "ofa" -> ofa(precision);
      case "tableformer" ->
          random(
              TinyTable.spec(),
              precision,
              List.of(TinyTable.input(1), TinyTable.input(2), TinyTable.input(3)));
      case "t5gemma", "t5gemma2" -> gemma(name, precision);
      default -> golden(name, precision);
    };
  }

  private static ExitModel golden(String family, WeightPrecision precision) {
    try (ExitGolden golden = ExitGolden.open(family)) {
      HeldIn parameters = new HeldIn(precision, golden.folder());
      Decoder decoder = new Decoder(golden.folder().spec(), parameters);
      return new ExitModel(
          golden.folder().spec(),
          decoder,
          new Encoder(golden.folder().spec(), parameters, decoder),
          golden.folder().description().tokens().decoderStart(),
          IntStream.range(0, golden.cases().path("inputs").size())
              .mapToObj(golden::input)
              .toList());
    }
  }

  /** Random weights; inputs with a picture and without. */
  static ExitModel ofa() {
    return ofa(WeightPrecision.FP32);
  }

  private static ExitModel ofa(WeightPrecision precision) {
    TransformerSpec spec =
        TinyOfa.spec(
            """
            {"decoder_layers": 6, "max_position_embeddings": 80, "exits":
             {"layers": [1, 2, 3, 4, 5, 6], "adapter": {"size": 4, "activation": "gelu"}}}\
            """);
    return random(
        spec,
        precision,
        List.of(
            TinyOfa.input(1, 9, 0, 0), TinyOfa.input(2, 5, 40, 70), TinyOfa.input(3, 7, 64, 32)));
  }

  /** Random weights; inputs longer than windows, one with a picture where the model reads any. */
  private static ExitModel gemma(String type, WeightPrecision precision) {
    TransformerSpec spec = TinyGemma.spec(type);
    EncoderInput last = type.equals("t5gemma") ? TinyGemma.text(3, 5) : TinyGemma.picture(3, 5);
    return random(spec, precision, List.of(TinyGemma.text(1, 9), TinyGemma.text(2, 21), last));
  }

  private static ExitModel random(
      TransformerSpec spec, WeightPrecision precision, List<EncoderInput> inputs) {
    HeldIn parameters = new HeldIn(precision, new RandomParameters(spec));
    Decoder decoder = new Decoder(spec, parameters);
    return new ExitModel(spec, decoder, new Encoder(spec, parameters, decoder), 0, inputs);
  }

  /** An int8 copy whose drafts ask a head of low rank, of random directions. */
  Decoder narrowOfLowRank() {
    int states = 64;
    HeadMoment moment = new HeadMoment(decoder.width());
    float[] hidden = new float[states * decoder.width()];
    Random random = new Random(7);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (float) random.nextGaussian();
    }
    moment.add(hidden, states);
    return decoder.narrow(moment.basis(decoder.head()));
  }

  public EncoderOutput encode(int input, ThreadPool pool) {
    return encoder.encode(inputs.get(input), pool);
  }

  ExitRule full() {
    return ExitRule.full(decoder.layerCount());
  }

  /** Tokens of greedy answers to all inputs together, one answer after the other. */
  List<StepResult> greedy(
      Decoder with, ExitRule rule, List<LogitsProcessor> processors, int tokens) {
    return greedy(with, rule, processors, tokens, StepListener.none());
  }

  List<StepResult> greedy(
      Decoder with,
      ExitRule rule,
      List<LogitsProcessor> processors,
      int tokens,
      StepListener listener) {
    try (ThreadPool pool = ThreadPool.of(2)) {
      List<SearchRequest> requests =
          IntStream.range(0, inputs.size())
              .mapToObj(
                  input ->
                      new SearchRequest(
                          encode(input, pool),
                          List.of(start),
                          new StoppingCriteria(Set.of(), tokens),
                          rule,
                          processors,
                          new SearchStrategy.Greedy(),
                          listener))
              .toList();
      return new BatchSearch(with, pool)
          .run(requests).stream()
              .flatMap(result -> result.sequences().getFirst().steps().stream())
              .toList();
    }
  }

  /** All exits are asked. */
  ExitRule threshold(Confidence confidence, double threshold) {
    return ExitRule.threshold(confidence, threshold, exits());
  }

  /** The layers that may emit, the last among them. */
  List<Integer> exits() {
    return Objects.requireNonNull(spec.exits()).layers();
  }
}
