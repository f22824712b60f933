package dev.deed.decode;

import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.ExitCheck;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tells of each token of an answer what a search would have emitted in its place, behind the tokens
 * before it. The answer runs through the layers in blocks of positions, as in {@link
 * TeacherForcing}, and every token has the bits that it has in a generation.
 */
public record AnswerCheck(Decoder decoder, WorkerTeam team) {
  /** Rows that the head is asked about together: it is read once for all of them. */
  private static final int HEAD_ROWS = 32;

  /**
   * What would have been emitted.
   *
   * @param token −1 where no token is possible
   * @param logProbability natural logarithm of its probability before logits processors
   * @param exitLayer where it leaves the decoder, from 1; 0 for one that alone is allowed
   */
  public record Emission(int token, double logProbability, int exitLayer) {}

  /**
   * A place of the answer.
   *
   * @param full what full depth emits there
   * @param early what the request's exit rule emits there; the same at full depth, where drafts are
   *     verified, and where history is copied, which no block can repeat
   * @param ofAnswer natural logarithm of the probability that full depth gives to the answer's own
   *     token before logits processors; NaN behind its last
   */
  public record Place(Emission full, Emission early, double ofAnswer) {}

  /** Whether the exits of a request decide its tokens, and a block can repeat them. */
  public static boolean repeatsExits(SearchRequest request, Decoder decoder) {
    ExitRule rule = request.rule();
    return !(request.strategy() instanceof SearchStrategy.Verified)
        && rule.history() == ExitHistory.JIT
        && rule.layers().getFirst() < decoder.layerCount();
  }

  /**
   * Checks an answer.
   *
   * @param request greedy, or one sequence that is drawn
   * @param answer within the vocabulary
   * @param places how many are asked about: as many as the answer has tokens, or one more for what
   *     follows it; at least 1, at most as many as the request may emit
   * @throws InputException when the model computes scores that are no numbers
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<Place> places(SearchRequest request, int[] answer, int places) {
    TokenSequence tokens = new TokenSequence(request.prefix(), request.processors());
    Arrays.stream(answer).forEach(tokens::append);
    int prefix = request.prefix().size();
    int[] inputs = IntStream.range(0, prefix + places - 1).map(tokens::get).toArray();
    Blocks blocks = new Blocks(request, answer, tokens, prefix);
    new TeacherForcing(decoder, team).run(request.encoded(), inputs, blocks);
    return blocks.found;
  }

  /** Asks the exits about the positions of one block after the other. */
  private final class Blocks implements TeacherForcing.Visitor {
    private final SearchRequest request;
    private final int[] answer;
    private final TokenSequence tokens;
    private final int prefix;
    private final ExitRule full = ExitRule.full(decoder.layerCount());
    private final boolean repeatsExits;
    private final TokenChooser chooser;
    private final ExitCheck exits = new ExitCheck(decoder, new Workspace(), team);
    private final List<Place> found = new ArrayList<>();
    private List<NextToken> early = List.of();
    private float[] entered = new float[0];

    Blocks(SearchRequest request, int[] answer, TokenSequence tokens, int prefix) {
      this.request = request;
      this.answer = answer;
      this.tokens = tokens;
      this.prefix = prefix;
      this.repeatsExits = repeatsExits(request, decoder);
      this.chooser = ChainSearch.choosers(request.strategy()).getFirst();
    }

    @Override
    public void visit(int layer, float[] rows, int first, int positions) {
      // Behind the prefix's last token stands the answer's first.
      int from = Math.max(0, prefix - 1 - first);
      if (from >= positions) {
        return;
      }
      int place = first + from - (prefix - 1);
      boolean isLast = layer == decoder.layerCount();
      if (layer == 0) {
        early =
            repeatsExits ? questions(request.rule(), place, positions - from, chooser) : List.of();
      } else if (!isLast && request.rule().layers().contains(layer)) {
        ask(layer, early, rows, from);
      }
      if (isLast) {
        double[] ofAnswer = new double[positions - from];
        Arrays.fill(ofAnswer, Double.NaN);
        List<NextToken> all = questions(full, place, positions - from, noting(place, ofAnswer));
        ask(layer, all, rows, from);
        for (int row = 0; row < all.size(); row++) {
          Emission deep = emission(all.get(row));
          // A step that comes to the last layer says what full depth does.
          boolean left = !early.isEmpty() && !early.get(row).exits().running();
          found.add(new Place(deep, left ? emission(early.get(row)) : deep, ofAnswer[row]));
        }
      }
      entered = early.isEmpty() ? entered : rows.clone();
    }

    /** The same choice, which also notes the log-probability of the answer's own token. */
    private TokenChooser noting(int place, double[] ofAnswer) {
      return (sequence, scores) -> {
        List<Candidate> chosen = chooser.choose(sequence, scores);
        int at = sequence.emitted();
        if (at < answer.length) {
          ofAnswer[at - place] = scores.logProbability(answer[at]);
        }
        return chosen;
      };
    }

    private List<NextToken> questions(ExitRule rule, int place, int count, TokenChooser with) {
      return IntStream.range(0, count)
          .mapToObj(row -> tokens.first(prefix + place + row))
          .map(
              sequence ->
                  new NextToken(
                      new ExitQuestion(
                          rule,
                          new Scoring(sequence, request.processors(), false),
                          chooser.takesLargest(),
                          0,
                          ExitQuestion.Estimates.NOWHERE),
                      with))
          .toList();
    }

    /** Asks what still runs, some rows at a time. */
    private void ask(int layer, List<NextToken> all, float[] rows, int from) {
      int width = decoder.width();
      int[] running =
          IntStream.range(0, all.size()).filter(row -> all.get(row).exits().running()).toArray();
      for (int first = 0; first < running.length; first += HEAD_ROWS) {
        int[] some =
            Arrays.copyOfRange(running, first, Math.min(running.length, first + HEAD_ROWS));
        float[] inputs = new float[some.length * width];
        float[] outputs = new float[some.length * width];
        for (int i = 0; i < some.length; i++) {
          int at = (from + some[i]) * width;
          if (entered.length > at) {
            System.arraycopy(entered, at, inputs, i * width, width);
          }
          System.arraycopy(rows, at, outputs, i * width, width);
        }
        exits.ask(
            layer,
            inputs,
            outputs,
            Arrays.stream(some).mapToObj(row -> all.get(row).exits()).toList());
      }
    }

    private Emission emission(NextToken next) {
      next.exits().requireSound();
      if (next.candidates().isEmpty()) {
        return new Emission(-1, Double.NaN, next.exit().layer());
      }
      Candidate chosen = next.candidates().getFirst();
      return new Emission(chosen.token(), chosen.logProbability(), next.exit().layer());
    }
  }
}
