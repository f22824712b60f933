package dev.deed.decode;

import dev.deed.checkpoint.BadInputException;
import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.exit.StepExits;
import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.value.ExitHistory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through the layers of one step, and what the step found. */
final class SequenceStep {
  private final StepRow row;
  private final ExitRule full;
  private final Question newest;
  private final int layersPossible;
  private int layersRun;
  private int layerPasses;

  /** Positions that the last layer was asked about; empty until then, and without drafts. */
  private List<Question> verification = List.of();

  /**
   * @param full the rule of steps that run all layers
   */
  SequenceStep(StepRow row, ExitRule full) {
    this.row = row;
    this.full = full;
    // The last layer runs the newest position alone: nothing but the head consumes its outputs.
    this.layersPossible = row.state().pendingRows(1) * (full.lastLayer() - 1) + 1;
    this.newest = new Question(row.rule(), row.scoring(), row.verified() > 0);
  }

  /** What follows a position, and the way of that question through the exits. */
  final class Question {
    private final StepExits exits;
    private List<Candidate> candidates = List.of();

    Question(ExitRule rule, Scoring scoring, boolean draft) {
      TokenChooser chooser = row.chooser();
      this.exits =
          new StepExits(
              rule,
              scoring,
              chooser.takesLargest(),
              scores -> take(chooser, scoring.tokens(), scores),
              draft ? 0 : row.alternatives(),
              draft);
    }

    private void take(TokenChooser chooser, TokenSequence tokens, Scores scores) {
      candidates = chooser.choose(tokens, scores);
    }

    /** What may follow, best first, once it is answered. */
    List<Candidate> candidates() {
      return candidates;
    }

    /** Its way through the exits. */
    StepExits exits() {
      return exits;
    }

    /** The step with one of its candidates emitted. */
    StepResult emit(Candidate candidate, Effort effort) {
      return new StepResult(
          candidate.token(),
          candidate.logProbability(),
          new StepResult.Exit(exits.layer(), exits.confidence(), exits.consulted()),
          effort,
          exits.alternatives(),
          List.of());
    }
  }

  DecoderState state() {
    return row.state();
  }

  /** What it sees of positions that stopped early. */
  ExitHistory history() {
    return row.rule().history();
  }

  /** Newest positions whose outputs of a layer are asked for. */
  int asked(int layer) {
    return layer == full.lastLayer() ? Math.max(1, row.verified()) : 1;
  }

  /** What a layer is asked, a question for each of those positions. */
  List<StepExits> questions(int layer) {
    if (row.verified() == 0) {
      return List.of(newest.exits);
    }
    if (layer < full.lastLayer()) {
      // A draft whose scores are no numbers is none. Full depth may have better ones.
      return newest.exits.error() == null ? List.of(newest.exits) : List.of();
    }
    List<Question> all = new ArrayList<>();
    TokenSequence tokens = row.scoring().tokens();
    for (int later = row.verified() - 1; later >= 0; later--) {
      Scoring scoring = row.scoring().with(tokens.first(tokens.length() - later));
      all.add(new Question(full, scoring, false));
    }
    verification = all;
    return all.stream().map(Question::exits).toList();
  }

  /** Why the step failed; null where it did not. */
  @Nullable BadInputException error() {
    if (row.verified() == 0) {
      return newest.exits.error();
    }
    TokenSequence tokens = row.scoring().tokens();
    for (int i = 0; i < verification.size(); i++) {
      Question question = verification.get(i);
      int draft = tokens.length() - (verification.size() - 1 - i);
      if (question.exits.error() != null) {
        return question.exits.error();
      }
      boolean kept =
          draft < tokens.length()
              && !question.candidates.isEmpty()
              && question.candidates.getFirst().token() == tokens.get(draft);
      if (!kept) {
        return null;
      }
    }
    return null;
  }

  /** Whether it has yet to emit, or to be verified. */
  boolean running() {
    return row.verified() == 0
        ? newest.exits.running()
        : verification.isEmpty() && (newest.exits.running() || newest.exits.error() != null);
  }

  /** Counts a layer that ran this many positions of it. */
  void countLayer(int positions) {
    layersRun += positions;
    layerPasses++;
  }

  /** What may follow the newest position, best first, once the step has ended. */
  List<Candidate> candidates() {
    return newest.candidates;
  }

  /** The newest position, which a draft follows where the step has ended before the last layer. */
  Question newest() {
    return newest;
  }

  /** The verified positions, oldest first; empty where the step has ended before the last layer. */
  List<Question> verification() {
    return verification;
  }

  /** The step with one of its candidates emitted. */
  StepResult emit(Candidate candidate) {
    return newest.emit(candidate, effort());
  }

  Effort effort() {
    int lookups = newest.exits.headLookups();
    for (Question question : verification) {
      lookups += question.exits.headLookups();
    }
    return new Effort(layersRun, layersPossible, layerPasses, lookups);
  }
}
