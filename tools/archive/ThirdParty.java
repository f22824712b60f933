import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Writes down whose libraries an archive holds: {@code ThirdParty JARS REPOSITORY TO}. {@code
 * TO/LIBRARIES.md} lists each library with the licence that its POM in the local Maven repository,
 * or a parent's, states; licences and notices that a jar holds are copied to {@code TO/LIBRARY}.
 */
final class ThirdParty {
  private final Path repository;

  private ThirdParty(Path repository) {
    this.repository = repository;
  }

  public static void main(String[] arguments) throws Exception {
    Path jars = Path.of(arguments[0]);
    ThirdParty libraries = new ThirdParty(Path.of(arguments[1]));
    Path to = Files.createDirectories(Path.of(arguments[2]));
    StringBuilder list = new StringBuilder("| library | licence | texts |\n|---|---|---|\n");
    try (Stream<Path> files = Files.list(jars)) {
      for (Path jar : files.filter(ThirdParty::isForeign).sorted().toList()) {
        String library = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        List<String> licences = libraries.licences(libraries.pom(jar));
        if (licences.isEmpty()) {
          throw new IOException(library + ": neither its POM nor a parent's states a licence");
        }
        list.append("| ").append(library).append(" | ").append(String.join(" or ", licences));
        list.append(" | ").append(copyTexts(jar, to, library)).append(" |\n");
      }
    }
    Files.writeString(to.resolve("LIBRARIES.md"), list);
  }

  private static boolean isForeign(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jar") && !name.startsWith("deed-");
  }

  /** The POM beside the jar of the same name. */
  private Path pom(Path jar) throws IOException {
    String name = jar.getFileName().toString();
    try (Stream<Path> files = Files.find(repository, 20, (path, facts) -> path.endsWith(name))) {
      Path found =
          files.findFirst().orElseThrow(() -> new IOException(name + " is not in " + repository));
      Path version = found.getParent();
      Path artifact = version.getParent();
      return version.resolve(artifact.getFileName() + "-" + version.getFileName() + ".pom");
    }
  }

  private List<String> licences(Path pom) throws Exception {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    List<String> names = new ArrayList<>();
    child(project, "licenses")
        .ifPresent(
            licences -> {
              for (Element licence : children(licences)) {
                child(licence, "name").ifPresent(name -> names.add(name.getTextContent().strip()));
              }
            });
    Optional<Element> parent = child(project, "parent");
    return names.isEmpty() && parent.isPresent() ? licences(pomOf(parent.get())) : names;
  }

  private Path pomOf(Element parent) {
    String artifact = text(parent, "artifactId");
    String version = text(parent, "version");
    return repository
        .resolve(text(parent, "groupId").replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + ".pom");
  }

  private static String text(Element element, String name) {
    return child(element, name).orElseThrow().getTextContent().strip();
  }

  private static Optional<Element> child(Element element, String name) {
    return children(element).stream().filter(each -> each.getTagName().equals(name)).findFirst();
  }

  private static List<Element> children(Element element) {
    List<Element> found = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element each) {
        found.add(each);
      }
    }
    return found;
  }

  private static String copyTexts(Path jar, Path to, String library) throws IOException {
    List<String> copied = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(ThirdParty::isText).toList()) {
        Path name = Path.of(entry.getName()).getFileName();
        Path folder = Files.createDirectories(to.resolve(library));
        Files.copy(zip.getInputStream(entry), folder.resolve(name.toString()));
        copied.add("[" + name + "](" + library + "/" + name + ")");
      }
    }
    return String.join(", ", copied);
  }

  private static boolean isText(ZipEntry entry) {
    return !entry.isDirectory()
        && entry.getName().matches("(META-INF/)?[\\w-]*(LICENSE|NOTICE|LGPL)[\\w.]*");
  }
}
