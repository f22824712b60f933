package dev.deed;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Names, circles and small packages; here, where all modules are on the class path. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class PackagesTest {
  private static final int FEW_TYPES = 2;

  /** Packages of one or two types, each with its reason. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("dev.deed.start", "its classes for Java 25 lie apart in its jar"),
          Map.entry("dev.deed.watch", "exported to applications"),
          Map.entry("dev.deed.tika", "Tika asks for one parser"),
          Map.entry(
              "dev.deed.sound", "brings the program ffmpeg, which processing finds as a service"),
          Map.entry("dev.deed.server", "the way in: its rooms are below"),
          Map.entry("dev.deed.onednn", "products of int8, which tensor finds as a service"),
          Map.entry("dev.deed.cli.training", "commands that the command line finds as a service"));

  /** Each package knows those below it alone, in all modules. */
  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CIRCLES =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return type.getPackageName().startsWith("dev.deed")
                      ? SliceIdentifier.of(type.getPackageName())
                      : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                  return "packages";
                }
              })
          .should()
          .beFreeOfCycles();

  /** What holds one or two types belongs into a package that is there, unless a wall needs it. */
  @ArchTest
  static void smallPackagesHaveAReason(JavaClasses classes) {
    Map<String, List<String>> types =
        topLevel(classes)
            .collect(
                groupingBy(JavaClass::getPackageName, mapping(JavaClass::getSimpleName, toList())));
    assertThat(types).hasSizeGreaterThan(30);
    types.values().removeIf(all -> all.size() > FEW_TYPES);
    assertThat(SMALL.keySet()).containsAll(types.keySet());
  }

  @ArchTest
  static void noNameIsGivenTwice(JavaClasses classes) {
    assertThat(topLevel(classes).map(JavaClass::getSimpleName)).doesNotHaveDuplicates();
  }

  private static Stream<JavaClass> topLevel(JavaClasses classes) {
    return classes.stream()
        .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"));
  }
}
