package dev.deed.value;

/**
 * What became of drafts, tokens that left the decoder early and were verified. Immutable.
 *
 * @param drafted how many full depth was asked about: those behind the first that it would not have
 *     emitted do not count; what was drafted behind a stop string does
 * @param accepted how many of them full depth emits as well
 * @param verifications how often the last layer was asked, about drafts or where none waited
 * @param predicted tokens of a prediction that were verified, those behind a wrong one included
 * @param acceptedPredicted how many of these full depth emits as well
 */
public record Drafts(
    int drafted, int accepted, int verifications, int predicted, int acceptedPredicted) {
  /** None. */
  public static final Drafts NONE = new Drafts(0, 0, 0);

  /**
   * Without any of a prediction.
   *
   * @param drafted how many full depth was asked about
   * @param accepted how many of them full depth emits as well
   * @param verifications how often the last layer was asked
   */
  public Drafts(int drafted, int accepted, int verifications) {
    this(drafted, accepted, verifications, 0, 0);
  }

  /**
   * {@return these and others}
   *
   * @param others what became of other drafts
   */
  public Drafts plus(Drafts others) {
    return new Drafts(
        drafted + others.drafted,
        accepted + others.accepted,
        verifications + others.verifications,
        predicted + others.predicted,
        acceptedPredicted + others.acceptedPredicted);
  }
}
