package dev.deed.lab.kernels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.draft.PromptLookup;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.processing.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What drafts copied from the encoder's input and the answer so far give a model that answers
 * right: a count of verifications and of drafts kept, no clock and no model. {@code
 * SourceDraftReport TOKENIZER LINES.jsonl}; a line has the input in {@code prompt} and the answer
 * in {@code target}.
 */
public final class SourceDraftReport {
  private static final int LONGEST = 4;

  /** Rows that share weights from memory; it decides how many are copied. */
  private static final double ROW = 0.25;

  private int tokens;
  private int steps;
  private int drafted;
  private int kept;

  private SourceDraftReport() {}

  public static void main(String[] args) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = Files.readAllLines(Path.of(args[1]));
    try (Tokenizer tokenizer = Tokenizer.open(Path.of(args[0]))) {
      System.out.println("n-gram  tokens  steps  a token  drafted  kept");
      for (int ngram = 1; ngram <= LONGEST; ngram++) {
        SourceDraftReport report = new SourceDraftReport();
        for (String line : lines) {
          JsonNode example = json.readTree(line);
          report.add(
              tokenizer.encode(example.path("prompt").asText(), false),
              tokenizer.encode(example.path("target").asText(), false),
              ngram);
        }
        System.out.printf(
            "%6d  %6d  %5d  %7.2f  %7d  %4.1f %%%n",
            ngram,
            report.tokens,
            report.steps,
            (double) report.steps / report.tokens,
            report.drafted,
            100.0 * report.kept / Math.max(1, report.drafted));
      }
    }
  }

  /** An answer; its end token is none of its tokens and is left out. */
  private void add(int[] source, int[] answer, int ngram) {
    List<Integer> boxed = Arrays.stream(source).boxed().toList();
    ExitRule full = ExitRule.full(1);
    DraftPlan drafts =
        new LearningDrafts(
                0,
                ngram,
                List.of(PromptLookup.source(boxed, ngram)),
                new DraftPrices(ROW, 0, 1),
                null)
            .begin(full, full, Set.of(), boxed.size());
    TokenSequence sequence = new TokenSequence(List.of());
    tokens += answer.length;
    while (sequence.length() < answer.length) {
      List<Integer> copies = drafts.copies(sequence, 0).tokens();
      int right = 0;
      while (right < copies.size()
          && sequence.length() < answer.length
          && copies.get(right) == answer[sequence.length()]) {
        sequence.append(answer[sequence.length()]);
        right++;
      }
      drafts.verified(Collections.nCopies(copies.size(), DraftCost.COPY), right);
      drafted += copies.size();
      kept += right;
      // The verification emits a token of its own.
      if (sequence.length() < answer.length) {
        sequence.append(answer[sequence.length()]);
      }
      steps++;
    }
  }
}
