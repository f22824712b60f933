/**
 * Drafts of lossless exits: which tokens are guessed, and how many wait for a verification. It
 * knows neither the decoder's state nor searches.
 *
 * <p>Begin with {@link Drafting}, which is immutable, and the {@link DraftPlan} that it begins for
 * each sequence. {@link LearningDrafts} is the one in use. {@link DraftLength} says how many drafts
 * wait for a verification: as many as pay, by how many were kept so far and by {@link DraftPrices}.
 * {@link DraftDecoder} says who computes drafts: the model's own layers, an int8 copy, or a smaller
 * model. {@link Copies} are drafts taken from a text.
 *
 * <p>A source of drafts of your own is a {@link Drafting}. Whatever it guesses, answers stay those
 * of full depth, because every draft is verified. It must go by what was decoded and never by a
 * clock, so that an answer has the same exit layers in every run.
 */
@NullMarked
package dev.deed.decode.draft;

import org.jspecify.annotations.NullMarked;
