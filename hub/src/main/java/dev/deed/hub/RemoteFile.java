package dev.deed.hub;

import dev.deed.value.InputException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A file of a model on a hub.
 *
 * @param name its path in the model's folder
 * @param tag what its content must be
 * @param size in bytes
 * @param place where its content is now; such an address may expire
 */
record RemoteFile(String name, FileTag tag, long size, URI place) {
  /**
   * The tag by which a hub tells the content of a file: SHA-256 of a large one, git's hash of a
   * small one (SHA-1 of {@code blob SIZE}, a zero byte and the content). Names the file in the
   * cache.
   *
   * @param digits 64 or 40 hexadecimal digits
   */
  record FileTag(String digits) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int LARGE = 64;

    /**
     * Reads a header, with its quotes and the mark of a weak tag.
     *
     * @param file named in the error
     * @throws InputException when it is no hash: what it names could not be held against it
     */
    static FileTag ofHeader(String file, String header) {
      String digits = header.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
      InputException.require(
          DIGITS.matcher(digits).matches(),
          file,
          "has a tag that is no hash, so that its content cannot be checked",
          "ask a hub that gives SHA-256 or git hashes as entity tags");
      return new FileTag(digits);
    }

    /** What takes the content of a file of a size; its digest must be {@link #matches matched}. */
    MessageDigest digest(long size) {
      try {
        if (digits.length() == LARGE) {
          return MessageDigest.getInstance("SHA-256");
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
        return digest;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-1 and SHA-256", e);
      }
    }

    boolean matches(MessageDigest digest) {
      return HexFormat.of().formatHex(digest.digest()).equals(digits);
    }
  }
}
