package dev.deed.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of files and folders that are still being written: {@code NAME.deed-HEX.part} beside what
 * becomes {@code NAME}. The 16 random digits keep them apart from the files of users, and from
 * those of other processes that write the same.
 */
public final class PartName {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String MARK = ".deed-";
  private static final String SUFFIX = ".part";
  private static final Pattern PART = Pattern.compile("[0-9a-f]{16}\\.part");

  /** Bytes of a name that leave room for ours behind it: file systems take 255. */
  private static final int LONGEST = 200;

  private PartName() {}

  /** Whether a name is that of a part, whatever it was to become. */
  public static boolean isPart(String name) {
    int mark = name.lastIndexOf(MARK);
    return mark > 0 && PART.matcher(name.substring(mark + MARK.length())).matches();
  }

  /** A name for a part of {@code target} that nothing else has. */
  public static Path of(Path target) {
    String digits = HexFormat.of().toHexDigits(RANDOM.nextLong());
    return target.resolveSibling(stem(target) + MARK + digits + SUFFIX);
  }

  /** The parts of {@code target} that are there, those of living processes among them. */
  static List<Path> partsOf(Path target) throws IOException {
    Predicate<String> isPart =
        Pattern.compile(Pattern.quote(stem(target) + MARK) + PART).asMatchPredicate();
    try (Stream<Path> siblings = Files.list(target.toAbsolutePath().getParent())) {
      return siblings.filter(sibling -> isPart.test(sibling.getFileName().toString())).toList();
    }
  }

  /** Those that are files of ours: a link that somebody planted leads to a file of the user's. */
  public static List<Path> filesOf(Path target) throws IOException {
    List<Path> own = new ArrayList<>();
    for (Path part : partsOf(target)) {
      if (RegularFile.isOwn(part)) {
        own.add(part);
      }
    }
    return own;
  }

  /** The target's name; a digest of it where ours would not fit behind it. */
  static String stem(Path target) {
    String name = target.getFileName().toString();
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= LONGEST ? name : UUID.nameUUIDFromBytes(bytes).toString();
  }
}
