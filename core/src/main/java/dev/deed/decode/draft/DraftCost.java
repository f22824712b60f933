package dev.deed.decode.draft;

/**
 * What a draft took.
 *
 * @param exitLayer where its step left the decoder; 0 for one that no layer ran for
 * @param lookups of the head
 */
public record DraftCost(int exitLayer, int lookups) {
  /** Of a copy, which takes a row of its verification alone. */
  public static final DraftCost COPY = new DraftCost(0, 0);
}
