package dev.deed.decode;

/**
 * A token that may follow a sequence.
 *
 * @param score what processors made of its logit, or, in beam search, of its log-probability
 * @param rank by which a search prefers one candidate to another: the score, or the score with the
 *     noise of a draw
 * @param logProbability natural logarithm of its probability at the exit, before logits processors
 */
record Candidate(int token, float score, double rank, double logProbability) {}
