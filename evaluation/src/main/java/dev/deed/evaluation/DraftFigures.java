package dev.deed.evaluation;

import dev.deed.evaluation.cost.Estimate;

/**
 * What became of the drafts of a lossless policy. Sums are over all examples.
 *
 * @param drafted drafts that full depth was asked about
 * @param accepted how many of them full depth emits too
 * @param verifications how often the last layer was asked, about drafts or where none waited
 * @param acceptedShare accepted by drafted; 0 without any
 * @param length drafted by verifications: drafts a verification
 * @param differing answers whose tokens are not those of full depth, which must be none
 */
public record DraftFigures(
    int drafted,
    int accepted,
    int verifications,
    Estimate acceptedShare,
    Estimate length,
    int differing) {}
