package dev.deed;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sizes, names and circles of packages; here, where all modules are on the class path. */
@AnalyzeClasses(
    packages = "dev.deed",
    importOptions = {DoNotIncludeTests.class, PackagesTest.NoTestJars.class})
class PackagesTest {
  /** A packaged build sees the tests of other modules in jars of their own. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final int MOST_TYPES = 32;

  /** One file for each family. */
  private static final String FAMILIES = "dev.deed.model.family";

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

  @ArchTest
  static void noPackageIsCrowded(JavaClasses classes) {
    Map<String, List<String>> types =
        topLevel(classes)
            .filter(type -> !type.getPackageName().equals(FAMILIES))
            .collect(
                groupingBy(JavaClass::getPackageName, mapping(JavaClass::getSimpleName, toList())));
    assertThat(types).hasSizeGreaterThan(30);
    types.forEach((name, all) -> assertThat(all).as(name).hasSizeLessThanOrEqualTo(MOST_TYPES));
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
