package dev.deed.decode.draft;

/**
 * What became of tokens that left the decoder early.
 *
 * @param verified how many full depth was asked about, up to the first of a block that it would not
 *     have emitted
 * @param kept how many of them full depth emits too
 * @param verifications how often full depth was asked, about drafts or where none waited
 */
public record Drafts(int verified, int kept, int verifications) {
  /** None. */
  public static final Drafts NONE = new Drafts(0, 0, 0);

  /** With what became of others. */
  public Drafts plus(Drafts others) {
    return new Drafts(
        verified + others.verified, kept + others.kept, verifications + others.verifications);
  }
}
