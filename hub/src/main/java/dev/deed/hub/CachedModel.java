package dev.deed.hub;

import java.nio.file.Path;
import java.util.List;

/**
 * A model in the cache.
 *
 * @param repository {@code OWNER/NAME}, or {@code NAME} alone
 * @param commit the commit that it is, 40 hexadecimal digits
 * @param refs branches and tags that were this commit when the hub was asked last, sorted
 * @param bytes of its files
 * @param folder its folder
 * @param complete whether it holds {@code config.json} and weights, or is a whole adapter
 */
public record CachedModel(
    String repository,
    String commit,
    List<String> refs,
    long bytes,
    Path folder,
    boolean complete) {
  public CachedModel {
    refs = List.copyOf(refs);
  }
}
