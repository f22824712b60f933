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
import java.util.Set;
import java.util.stream.Stream;

/** Sizes, names and circles of packages; here, where all modules are on the class path. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class PackagesTest {
  private static final int MOST_TYPES = 32;

  /** One file for each family; and packages that are still to be divided. */
  private static final Set<String> LARGE =
      Set.of("dev.deed.model.family", "dev.deed.train", "dev.deed.evaluation", "dev.deed.cli");

  /** Each package of processing knows those below it alone; core has such a rule of its own. */
  @ArchTest
  static final ArchRule PROCESSING_FORMS_NO_CIRCLES =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return type.getPackageName().startsWith("dev.deed.processing")
                      ? SliceIdentifier.of(type.getPackageName())
                      : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                  return "packages of processing";
                }
              })
          .should()
          .beFreeOfCycles();

  @ArchTest
  static void noPackageIsCrowded(JavaClasses classes) {
    Map<String, List<String>> types =
        topLevel(classes)
            .filter(type -> !LARGE.contains(type.getPackageName()))
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
