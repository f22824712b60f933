package dev.deed.value;

/** How far a request is. Immutable. */
public enum Phase {
  /** It waits for rows. */
  QUEUED,
  /** It is read, encoded, or waits for a place in the batch. */
  ENCODING,
  /** Its tokens are decoded. */
  DECODING,
  /** It is over. */
  ENDED
}
