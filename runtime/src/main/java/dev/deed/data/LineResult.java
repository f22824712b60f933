package dev.deed.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.Receipt;
import dev.deed.Token;
import dev.deed.files.ErrorLine;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became of a line. A task has its own kind of it. */
public interface LineResult {
  ParsedLine line();

  /** The text of the answer; empty where there is none. */
  String text();

  /**
   * Writes the answer, without what the line carries.
   *
   * @param trace whether it tells what exits below the last layer said
   */
  void write(boolean trace, ObjectNode out);

  /** What was generated for it, in order. */
  default List<Generation> answers() {
    return List.of();
  }

  /** The tokens of its text; null where it is more than one. */
  default @Nullable List<Token> tokens() {
    return null;
  }

  /** What it took; more than its {@link #answers()} where these are not all. */
  default DecodingCost cost() {
    return answers().stream().map(DecodingCost::of).reduce(DecodingCost.NONE, DecodingCost::plus);
  }

  /** Why the answer is a mere beginning of what it is held to; null where it is whole. */
  default @Nullable InputException shortfall() {
    return null;
  }

  /** What the text leaves out, as a note names it behind the line; null: nothing. */
  default @Nullable String leftOut() {
    return null;
  }

  /** The answer as rows of a table, for spreadsheets; none: it has no such form. */
  default List<List<String>> table() {
    return List.of();
  }

  /** Names of the columns of {@link #table}; none: they have no names. */
  default List<String> columns() {
    return List.of();
  }

  /** Fields of the line that it does not carry. */
  default Set<String> taken() {
    return Set.of();
  }

  /**
   * It was answered.
   *
   * @param receipt null where none was wanted
   */
  record Decoded(ParsedLine line, Generation generation, @Nullable Receipt receipt)
      implements LineResult {
    @Override
    public String text() {
      return Objects.requireNonNullElse(generation.text(), "");
    }

    @Override
    public void write(boolean trace, ObjectNode out) {
      GenerationJson.write(generation, trace, out);
      if (receipt != null) {
        out.set("receipt", ProofJson.of(receipt));
      }
    }

    @Override
    public List<Generation> answers() {
      return List.of(generation);
    }

    @Override
    public List<Token> tokens() {
      return generation.tokens();
    }

    @Override
    public @Nullable InputException shortfall() {
      return generation.shortfall();
    }
  }

  /**
   * It could not be: the line is malformed, does not suit the model, takes more memory than there
   * is, or met an error of ours.
   */
  record Refused(ParsedLine line, Throwable error, Set<String> taken) implements LineResult {
    public Refused(ParsedLine line, Throwable error) {
      this(line, error, Set.of());
    }

    @Override
    public String text() {
      return "";
    }

    @Override
    public void write(boolean trace, ObjectNode out) {
      out.put("error", ErrorLine.of(error));
    }
  }

  /**
   * What answers took.
   *
   * @param tokens emitted, in all returned answers, end tokens included
   * @param layersRun decoder layers run, for each position
   * @param layersPossible those of full depth
   * @param drafted tokens of drafts that were verified
   * @param accepted those of them that full depth emitted too
   */
  record DecodingCost(
      long tokens, long layersRun, long layersPossible, long drafted, long accepted) {
    /** That of no answers. */
    public static final DecodingCost NONE = new DecodingCost(0, 0, 0, 0, 0);

    static DecodingCost of(Generation answer) {
      long tokens = answer.sequences().stream().mapToLong(one -> one.tokens().size()).sum();
      return of(tokens, answer.effort(), answer.drafts());
    }

    /**
     * That of tokens that were found together.
     *
     * @param drafts null where nothing was drafted
     */
    public static DecodingCost of(long tokens, Effort effort, @Nullable Drafts drafts) {
      return new DecodingCost(
          tokens,
          effort.layersRun(),
          effort.layersPossible(),
          drafts == null ? 0 : drafts.drafted(),
          drafts == null ? 0 : drafts.accepted());
    }

    /** Both together. */
    public DecodingCost plus(DecodingCost other) {
      return new DecodingCost(
          tokens + other.tokens,
          layersRun + other.layersRun,
          layersPossible + other.layersPossible,
          drafted + other.drafted,
          accepted + other.accepted);
    }
  }
}
