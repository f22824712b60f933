package dev.deed.decode.draft;

/**
 * What became of tokens that left the decoder early.
 *
 * @param verified how many full depth was asked about, up to the first of a block that it would not
 *     have emitted
 * @param kept how many of them full depth emits too
 */
public record Drafts(int verified, int kept) {
  /** None. */
  public static final Drafts NONE = new Drafts(0, 0);

  /** With more of both. */
  public Drafts plus(int moreVerified, int moreKept) {
    return new Drafts(verified + moreVerified, kept + moreKept);
  }
}
