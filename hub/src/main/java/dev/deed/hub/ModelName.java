package dev.deed.hub;

import dev.deed.value.InputException;
import java.util.regex.Pattern;

/**
 * The name of a model on the Hub, {@code [OWNER/]NAME[@REVISION]}.
 *
 * @param repository {@code OWNER/NAME}, or {@code NAME} alone
 * @param revision branch, tag or commit
 */
public record ModelName(String repository, String revision) {
  /** The branch that stands for a model where no revision is given. */
  public static final String MAIN = "main";

  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
  private static final Pattern REPOSITORY = Pattern.compile("(?:" + PART + "/)?" + PART);
  private static final Pattern REVISION =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,4}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * @throws InputException when a part is no name that the Hub gives
   */
  public ModelName {
    InputException.require(
        isRepository(repository),
        "model \"" + repository + "\"",
        "is no name of a model",
        "give a folder that exists, or OWNER/NAME of letters, digits, dots, dashes and underscores");
    InputException.require(
        REVISION.matcher(revision).matches() && !revision.contains(".."),
        "model " + repository + ": revision \"" + revision + "\"",
        "is no name of a revision",
        "give a branch, a tag or a commit: " + repository + "@main");
  }

  /**
   * {@return the name that a text spells}
   *
   * @param text {@code [OWNER/]NAME[@REVISION]}
   * @throws InputException when it is no such name
   */
  public static ModelName parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new ModelName(text, MAIN)
        : new ModelName(text.substring(0, at), text.substring(at + 1));
  }

  /** {@return whether a text can be the name of a model, so that a hub may be asked for it} */
  public static boolean isName(String text) {
    int at = text.indexOf('@');
    return isRepository(at < 0 ? text : text.substring(0, at));
  }

  /** {@return whether the revision is a commit, which never moves} */
  public boolean isCommit() {
    return isCommit(revision);
  }

  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  /** The Hub keeps {@code --} and {@code ..} out of names; the cache's folders rely on it. */
  private static boolean isRepository(String text) {
    return REPOSITORY.matcher(text).matches() && !text.contains("--") && !text.contains("..");
  }

  /** {@return the text that {@link #parse} reads; without the revision where that is main} */
  @Override
  public String toString() {
    return revision.equals(MAIN) ? repository : repository + "@" + revision;
  }
}
