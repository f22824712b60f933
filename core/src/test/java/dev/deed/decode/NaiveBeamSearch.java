package dev.deed.decode;

import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Beam search as Transformers' tensors do it: always as many rows as beams, those that are not
 * there yet, or not any more, with a score of −1e9; all scores in one flat array that is sorted
 * whole. Nothing is cached: each row's scores come from a new state that runs all of its tokens.
 */
final class NaiveBeamSearch {
  private static final float NONE = -1e9f;

  private final Decoder decoder;
  private final EncoderOutput encoded;
  private final SearchRequest request;
  private final SearchStrategy.Beam beam;
  private final ThreadPool pool;

  /** A row of tokens behind the prefix, the layers they came from, and its score. */
  record Row(List<Integer> tokens, List<Integer> layers, float score, boolean finished) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Step(float[] scores, int layer) {}

  NaiveBeamSearch(Decoder decoder, SearchRequest request, ThreadPool pool) {
    this.decoder = decoder;
    this.encoded = request.encoded();
    this.request = request;
    this.beam = (SearchStrategy.Beam) request.strategy();
    this.pool = pool;
  }

  List<Row> run() {
    int beams = beam.beams();
    int keep = Math.max(2, 1 + request.stopping().ends().size()) * beams;
    List<Row> running = new ArrayList<>();
    List<Row> finished = new ArrayList<>();
    for (int i = 0; i < beams; i++) {
      running.add(new Row(List.of(), List.of(), i == 0 ? 0 : NONE, false));
      finished.add(new Row(List.of(), List.of(), NONE, false));
    }
    for (int length = 1; ; length++) {
      List<Row> candidates = candidates(running, keep);
      List<Row> ended = new ArrayList<>();
      List<Row> next = new ArrayList<>();
      boolean allHit = true;
      for (int i = 0; i < candidates.size(); i++) {
        Row row = candidates.get(i);
        boolean hit =
            length == request.stopping().maxNewTokens()
                || request.stopping().ends().contains(row.tokens.getLast());
        allHit &= hit;
        next.add(new Row(row.tokens, row.layers, row.score + (hit ? NONE : 0), false));
        float perLength = row.score / (float) Math.pow(length, beam.lengthPenalty());
        boolean counts = hit && i < beams;
        ended.add(new Row(row.tokens, row.layers, perLength + (counts ? 0 : NONE), counts));
      }
      next.sort(Comparator.comparingDouble(Row::score).reversed());
      running = next.subList(0, beams);
      finished.addAll(ended);
      finished.sort(Comparator.comparingDouble(Row::score).reversed());
      finished = new ArrayList<>(finished.subList(0, beams));
      boolean longest =
          beam.earlyStopping() == EarlyStopping.WHEN_HOPELESS && beam.lengthPenalty() > 0;
      float best =
          running.getFirst().score
              / (float)
                  Math.pow(
                      longest ? request.stopping().maxNewTokens() : length, beam.lengthPenalty());
      boolean full = finished.stream().allMatch(Row::finished);
      boolean improvable = !full || best > finished.getLast().score;
      boolean enough = full && beam.earlyStopping() == EarlyStopping.WHEN_FULL;
      if (!improvable || enough || allHit) {
        return finished.subList(0, beam.sequences());
      }
    }
  }

  private List<Row> candidates(List<Row> running, int keep) {
    List<Step> steps = running.stream().map(row -> step(row.tokens)).toList();
    int vocabulary = decoder.vocabulary();
    return IntStream.range(0, running.size() * vocabulary)
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                i -> -(double) total(running, steps, i / vocabulary, i % vocabulary)))
        .limit(keep)
        .map(
            i -> {
              Row row = running.get(i / vocabulary);
              List<Integer> tokens = new ArrayList<>(row.tokens);
              tokens.add(i % vocabulary);
              List<Integer> layers = new ArrayList<>(row.layers);
              layers.add(steps.get(i / vocabulary).layer);
              float total = total(running, steps, i / vocabulary, i % vocabulary);
              return new Row(tokens, layers, total, false);
            })
        .toList();
  }

  private static float total(List<Row> running, List<Step> steps, int row, int token) {
    return running.get(row).score + steps.get(row).scores[token];
  }

  /** Scores of the next token, from nothing but the tokens before it. */
  private Step step(List<Integer> tokens) {
    DecoderState state = new DecoderState(decoder, encoded, 1000, float[]::new);
    List<Integer> all = new ArrayList<>(request.prefix());
    all.addAll(tokens);
    all.forEach(state::append);
    float[] scores = new float[decoder.vocabulary()];
    TokenChooser copy =
        (sequence, seen) -> {
          beam.warpers().forEach(warper -> warper.process(sequence, seen));
          for (int token = 0; token < scores.length; token++) {
            scores[token] = seen.get(token);
          }
          return List.of();
        };
    Scoring scoring = new Scoring(new TokenSequence(all), request.processors(), true);
    PlainStep found =
        new WholeSteps(decoder, pool).run(WholeSteps.of(state, request.rule(), scoring, copy));
    return new Step(scores, found.next().exit().layer());
  }
}
