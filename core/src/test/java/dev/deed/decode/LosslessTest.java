package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.RandomCases;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.draft.PromptLookup;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.ForcedTokens;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.MinimumLength;
import dev.deed.decode.logits.NoRepeatNGram;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.TagCorrections;
import dev.deed.decode.logits.Temperature;
import dev.deed.decode.logits.TopK;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.TwoStageHead;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** With drafts, an answer is that of full depth, bit for bit. */
final class LosslessTest {
  static final List<String> MODELS = OracleTest.MODELS;

  /** Batches for each model; the night asks for more by the system property. */
  private static final int CASES = Integer.getInteger("deed.test.lossless", 20);

  private static final List<DraftPrices> PRICES =
      List.of(
          new DraftPrices(0.15, 0.1, 1),
          new DraftPrices(0.25, 0, 1),
          new DraftPrices(0.65, 0.5, 1),
          new DraftPrices(0.15, 0.4, 0.3, 0.33));

  private static final Set<Integer> ENDS = Set.of(1, 2, 3);

  @ParameterizedTest
  @FieldSource("MODELS")
  void answersAreThoseOfFullDepth(String name) {
    ExitModel model = ExitModel.open(name);
    int[] drafts = new int[2];
    try (ThreadPool one = ThreadPool.of(1);
        ThreadPool three = ThreadPool.of(3)) {
      List<EncoderOutput> encoded =
          IntStream.range(0, model.inputs().size()).mapToObj(i -> model.encode(i, one)).toList();
      Decoder screened = model.decoder().screened(TwoStageHead.Use.TOKENS);
      assertThat(screened.screened(TwoStageHead.Use.NONE).head().screen()).isNull();
      Drafters drafters = Drafters.of(model, one);
      RandomCases.run(
          CASES,
          random -> {
            Decoder decoder = random.nextBoolean() ? model.decoder() : screened;
            List<SearchRequest> requests = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
              requests.add(request(model, encoded, random, drafters));
            }
            List<SearchResult> found =
                new BatchSearch(decoder, random.nextBoolean() ? one : three).run(requests);
            for (int i = 0; i < requests.size(); i++) {
              SearchResult full =
                  new BatchSearch(model.decoder(), one)
                      .run(List.of(atFullDepth(requests.get(i), model)))
                      .getFirst();
              boolean exact = decoder != screened || isRead(requests.get(i));
              assertSame(found.get(i), full, exact);
              drafts[0] += found.get(i).drafts().drafted();
              drafts[1] += found.get(i).drafts().accepted();
              assertTraced(found.get(i), model.decoder().layerCount());
            }
          });
    }
    assertThat(drafts[1]).isPositive().isLessThan(drafts[0]);
  }

  /** What was dropped, and who wrote a token, tell of every verification. */
  private static void assertTraced(SearchResult found, int layers) {
    int kept = 0;
    int verifications = 0;
    int wrong = 0;
    for (FoundSequence sequence : found.sequences()) {
      for (StepResult step : sequence.steps()) {
        boolean full = step.exit().layer() == layers;
        kept += full ? 0 : 1;
        verifications += full || step == sequence.steps().getLast() ? 1 : 0;
        wrong += step.dropped().isEmpty() ? 0 : 1;
        assertThat(full || step.dropped().isEmpty()).isTrue();
      }
    }
    assertThat(found.drafts().accepted()).isEqualTo(kept);
    assertThat(found.drafts().drafted()).isEqualTo(kept + wrong);
    assertThat(found.drafts().verifications()).isEqualTo(verifications);
  }

  /**
   * A source that holds the answer: drafts are copied, kept, and walk through the layers together.
   */
  @ParameterizedTest
  @FieldSource("MODELS")
  void whatTheSourceSaysIsCopied(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(1)) {
      BatchSearch search = new BatchSearch(model.decoder(), pool);
      SearchRequest plain = greedy(model, model.encode(0, pool), new SearchStrategy.Greedy());
      SearchResult full = search.run(List.of(plain)).getFirst();
      List<Integer> answer = tokens(full.sequences().getFirst());
      LearningDrafts drafting = own(1, 1).withText(PromptLookup.source(answer, 1));
      SearchResult found =
          search
              .run(
                  List.of(
                      greedy(
                          model,
                          plain.encoded(),
                          new SearchStrategy.Verified(plain.strategy(), drafting))))
              .getFirst();
      assertSame(found, full);
      assertThat(found.sequences().getFirst().steps()).anyMatch(step -> step.exit().layer() == 0);
      assertThat(found.drafts().accepted()).isPositive();
      assertThat(found.effort().layerPasses()).isLessThan(full.effort().layerPasses());
    }
  }

  /**
   * A prediction, whatever it says, gives the answers of full depth, also beside others; the more
   * of it is right, the fewer passes they take.
   */
  @ParameterizedTest
  @FieldSource("MODELS")
  void aPredictionChangesNoAnswer(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(1)) {
      BatchSearch search = new BatchSearch(model.decoder(), pool);
      Drafters drafters = Drafters.of(model, pool);
      RandomCases.run(
          CASES / 4,
          random -> {
            EncoderOutput encoded = model.encode(0, pool);
            SearchRequest plain = request(model, List.of(encoded), random, drafters);
            SearchRequest asked = atFullDepth(plain, model);
            SearchResult full = search.run(List.of(asked)).getFirst();
            List<Integer> answer = tokens(full.sequences().getFirst());
            List<SearchRequest> requests = new ArrayList<>();
            for (List<Integer> text : predictions(answer, random)) {
              LearningDrafts drafts = own(random.nextInt(3), random.nextInt(3));
              DraftDecoder drafter = drafters.any(random);
              LearningDrafts beside =
                  new LearningDrafts(
                      drafts.most(),
                      drafts.ngram(),
                      List.of(PromptLookup.prediction(text)),
                      PRICES.get(random.nextInt(PRICES.size())),
                      drafter);
              SearchRequest drafted = random.nextBoolean() ? plain : asked;
              requests.add(with(drafted, drafters.source(encoded, drafter), beside));
            }
            List<SearchResult> found = search.run(requests);
            for (SearchResult one : found) {
              assertSame(one, full);
              assertTraced(one, model.decoder().layerCount());
              assertThat(one.drafts().acceptedPredicted())
                  .isLessThanOrEqualTo(one.drafts().predicted());
            }
          });
    }
  }

  /** Right, half right, shuffled, empty, of another kind, and made to mislead. */
  private static List<List<Integer>> predictions(List<Integer> answer, Random random) {
    List<Integer> shuffled = new ArrayList<>(answer);
    Collections.shuffle(shuffled, random);
    List<Integer> half = new ArrayList<>(answer);
    for (int i = 0; i < half.size(); i++) {
      half.set(i, random.nextBoolean() ? half.get(i) : random.nextInt(40));
    }
    List<Integer> lies = new ArrayList<>();
    answer.forEach(token -> lies.addAll(List.of(token, random.nextInt(40), 1)));
    List<Integer> longer = new ArrayList<>(answer.subList(answer.size() / 2, answer.size()));
    longer.addAll(answer);
    longer.addAll(random.ints(200, 0, 40).boxed().toList());
    return List.of(
        answer,
        half,
        shuffled,
        List.of(),
        random.ints(60, 0, 40).boxed().toList(),
        lies,
        longer,
        Collections.nCopies(500, answer.getFirst()));
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void aRightPredictionTakesFewVerifications(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(1)) {
      BatchSearch search = new BatchSearch(model.decoder(), pool);
      SearchRequest plain = greedy(model, model.encode(0, pool), new SearchStrategy.Greedy());
      SearchResult full = search.run(List.of(plain)).getFirst();
      List<Integer> answer = tokens(full.sequences().getFirst());
      LearningDrafts right = own(0, 0).withText(PromptLookup.prediction(answer));
      SearchResult found = search.run(List.of(with(plain, right))).getFirst();
      assertSame(found, full);
      assertThat(found.drafts().verifications()).isLessThan(6);
      assertThat(found.drafts().acceptedPredicted())
          .isEqualTo(found.drafts().predicted())
          .isEqualTo(found.drafts().accepted())
          .isGreaterThan(16);
      List<Integer> wrong = answer.stream().map(token -> token + 1).toList();
      LearningDrafts useless = own(0, 0).withText(PromptLookup.prediction(wrong));
      SearchResult lost = search.run(List.of(with(plain, useless))).getFirst();
      assertSame(lost, full);
      assertThat(lost.effort().layerPasses()).isLessThanOrEqualTo(full.effort().layerPasses());
      assertThat(lost.drafts().predicted()).isLessThan(6);
    }
  }

  private static LearningDrafts own(int most, int ngram) {
    return new LearningDrafts(most, ngram, List.of(), PRICES.getFirst(), null);
  }

  /** Drafts of narrow layers that run to their end, which are nearly all kept. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void narrowLayersDraftForFullDepth(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(1)) {
      BatchSearch search = new BatchSearch(model.decoder(), pool);
      SearchRequest plain = greedy(model, model.encode(0, pool), new SearchStrategy.Greedy());
      for (Decoder narrow : List.of(model.decoder().narrow(null), model.narrowOfLowRank())) {
        LearningDrafts drafting =
            new LearningDrafts(5, 0, List.of(), PRICES.getLast(), new DraftDecoder.Narrow(narrow));
        SearchRequest verified =
            greedy(model, plain.encoded(), new SearchStrategy.Verified(plain.strategy(), drafting));
        SearchResult found = search.run(List.of(verified)).getFirst();
        assertSame(found, search.run(List.of(plain)).getFirst());
        assertTraced(found, model.decoder().layerCount());
        assertThat(found.sequences().getFirst().steps().getFirst().exit().layer())
            .isEqualTo(model.decoder().layerCount());
        // Logits of random weights lie close together, where a head of low rank errs.
        boolean lowRank = narrow.head().ofDrafts() != null;
        assertThat(found.drafts().accepted()).isGreaterThan(lowRank ? 0 : 12);
        assertThat(found.drafts().verifications()).isLessThan(lowRank ? 24 : 12);
      }
    }
  }

  /** An assistant that is right halves the passes and more; one that is wrong soon rests. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void anAssistantDraftsForFullDepth(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool pool = ThreadPool.of(1)) {
      BatchSearch search = new BatchSearch(model.decoder(), pool);
      Drafters drafters = Drafters.of(model, pool);
      SearchRequest plain = greedy(model, model.encode(0, pool), new SearchStrategy.Greedy());
      SearchResult full = search.run(List.of(plain)).getFirst();
      DraftDecoder right = new DraftDecoder.Assistant(model.decoder());
      for (DraftDecoder drafter : List.of(right, drafters.wrong())) {
        LearningDrafts drafting = new LearningDrafts(0, 0, List.of(), PRICES.getLast(), drafter);
        EncoderOutput source = drafters.source(plain.encoded(), drafter);
        SearchResult found = search.run(List.of(with(plain, source, drafting))).getFirst();
        assertSame(found, full);
        assertTraced(found, model.decoder().layerCount());
        if (drafter == right) {
          assertThat(found.drafts().accepted()).isEqualTo(found.drafts().drafted());
          assertThat(found.drafts().verifications()).isLessThan(12);
        } else {
          assertThat(found.drafts().drafted()).isLessThan(4);
        }
      }
    }
  }

  private static SearchRequest greedy(
      ExitModel model, EncoderOutput encoded, SearchStrategy strategy) {
    return new SearchRequest(
        encoded,
        List.of(model.start()),
        new StoppingCriteria(Set.of(), 24),
        model.full(),
        List.of(),
        strategy,
        StepListener.none());
  }

  /** Whether its log-probabilities are the whole head's, whatever screens it. */
  private static boolean isRead(SearchRequest request) {
    SearchStrategy.Verified verified = (SearchStrategy.Verified) request.strategy();
    return request.listener().readsProbabilities()
        || !(verified.chains() instanceof SearchStrategy.Greedy);
  }

  private static void assertSame(SearchResult found, SearchResult full) {
    assertSame(found, full, true);
  }

  private static void assertSame(SearchResult found, SearchResult full, boolean exact) {
    assertThat(found.sequences()).hasSameSizeAs(full.sequences());
    for (int i = 0; i < full.sequences().size(); i++) {
      FoundSequence one = found.sequences().get(i);
      FoundSequence other = full.sequences().get(i);
      assertThat(tokens(one)).isEqualTo(tokens(other));
      assertThat(one.finish()).isEqualTo(other.finish());
      if (!exact) {
        continue;
      }
      assertThat(one.score()).isEqualTo(other.score());
      assertThat(one.steps().stream().map(StepResult::logProbability))
          .isEqualTo(other.steps().stream().map(StepResult::logProbability).toList());
    }
    assertThat(found.effort().layersPossible()).isEqualTo(full.effort().layersPossible());
  }

  private static SearchRequest atFullDepth(SearchRequest request, ExitModel model) {
    SearchStrategy.Verified verified = (SearchStrategy.Verified) request.strategy();
    return new SearchRequest(
        request.encoded(),
        request.prefix(),
        request.stopping(),
        model.full(),
        request.processors(),
        verified.chains(),
        request.listener());
  }

  private static SearchRequest request(
      ExitModel model, List<EncoderOutput> encoded, Random random, Drafters drafters) {
    DraftDecoder drafter = drafters.any(random);
    int prefix = 1 + random.nextInt(3);
    int most = 1 + random.nextInt(30);
    List<Integer> start = new ArrayList<>(List.of(model.start()));
    while (start.size() < prefix) {
      start.add(4 + random.nextInt(20));
    }
    SearchStrategy chains =
        random.nextBoolean()
            ? new SearchStrategy.Greedy()
            : new SearchStrategy.Sampling(
                1 + random.nextInt(3), random.nextLong(), warpers(random));
    return new SearchRequest(
        drafters.source(encoded.get(random.nextInt(encoded.size())), drafter),
        start,
        new StoppingCriteria(random.nextBoolean() ? ENDS : Set.of(), most),
        rule(model, random),
        processors(prefix, most, random),
        new SearchStrategy.Verified(chains, drafting(random, drafter)),
        StepListener.none().withProbabilities(random.nextInt(3) > 0));
  }

  /** Tokens of the source are those that answers are made of, so that some of its runs occur. */
  private static Drafting drafting(Random random, @Nullable DraftDecoder drafter) {
    DraftPrices prices = PRICES.get(random.nextInt(PRICES.size()));
    int most = random.nextInt(7);
    if (random.nextBoolean()) {
      return new LearningDrafts(most, 0, List.of(), prices, drafter);
    }
    int run = 1 + random.nextInt(2);
    PromptLookup source = PromptLookup.source(random.ints(200, 0, 40).boxed().toList(), run);
    return new LearningDrafts(most, run, List.of(source), prices, drafter);
  }

  private static List<LogitsProcessor> warpers(Random random) {
    return random.nextBoolean() ? List.of() : List.of(new Temperature(0.7f), new TopK(6));
  }

  private static List<LogitsProcessor> processors(int prefix, int most, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> List.of(new RepetitionPenalty(1.4f));
      case 4 -> List.of(new TagCorrections(5, 6, 7, 8));
      case 1 -> List.of(new NoRepeatNGram(2));
      case 2 -> List.of(new MinimumLength(prefix + most / 2, List.copyOf(ENDS)));
      case 3 -> List.of(new ForcedTokens(prefix + most - 1, List.of(2)));
      default -> List.of();
    };
  }

  private static ExitRule rule(ExitModel model, Random random) {
    int layers = model.decoder().layerCount();
    if (random.nextInt(6) == 0) {
      return model.full();
    }
    if (random.nextInt(4) == 0) {
      return ExitRule.atLayer(1 + random.nextInt(layers));
    }
    Confidence confidence =
        List.of(Confidence.MAX_PROB, Confidence.MARGIN, Confidence.ENTROPY, Confidence.SIMILARITY)
            .get(random.nextInt(4));
    TreeSet<Integer> exits = new TreeSet<>(List.of(layers));
    for (int layer = 1; layer < layers; layer++) {
      if (random.nextBoolean()) {
        exits.add(layer);
      }
    }
    double threshold = random.nextInt(5) == 0 ? -2 : random.nextDouble();
    return ExitRule.threshold(confidence, threshold, List.copyOf(exits));
  }

  /** The same search with drafts of this making. */
  private static SearchRequest with(SearchRequest search, Drafting drafting) {
    return with(search, search.encoded(), drafting);
  }

  private static SearchRequest with(
      SearchRequest search, EncoderOutput encoded, Drafting drafting) {
    SearchStrategy chains =
        search.strategy() instanceof SearchStrategy.Verified verified
            ? verified.chains()
            : search.strategy();
    return new SearchRequest(
        encoded,
        search.prefix(),
        search.stopping(),
        search.rule(),
        search.processors(),
        new SearchStrategy.Verified(chains, drafting),
        search.listener());
  }

  private static List<Integer> tokens(FoundSequence found) {
    return found.steps().stream().map(StepResult::token).toList();
  }
}
