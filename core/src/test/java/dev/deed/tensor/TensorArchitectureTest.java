package dev.deed.tensor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
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

/** The walls of this room. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class TensorArchitectureTest {
  private static final String TENSOR = "dev.deed.tensor";
  private static final int MOST_TYPES = 32;

  @ArchTest
  static final ArchRule VECTORS_STAY_HERE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.tensor.vector")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule TENSOR_KNOWS_NO_TRANSFORMERS =
      noClasses()
          .that()
          .resideInAPackage("dev.deed.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.deed.model..", "dev.deed.decode..", "dev.deed.checkpoint..");

  /** Otherwise the scalar kernels would not load in a JVM without the Vector API. */
  @ArchTest
  static final ArchRule ONLY_VECTOR_CLASSES_USE_VECTORS =
      noClasses()
          .that()
          .haveSimpleNameNotStartingWith("Vector")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector");

  /** Each package of this room knows those below it alone. */
  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CIRCLES =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return type.getPackageName().startsWith(TENSOR)
                      ? SliceIdentifier.of(type.getPackageName())
                      : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                  return "packages of this room";
                }
              })
          .should()
          .beFreeOfCycles();

  @ArchTest
  static void noPackageIsCrowded(JavaClasses classes) {
    Map<String, List<String>> types =
        topLevel(classes)
            .filter(type -> type.getPackageName().startsWith(TENSOR))
            .collect(
                groupingBy(JavaClass::getPackageName, mapping(JavaClass::getSimpleName, toList())));
    assertThat(types).hasSizeGreaterThan(6);
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

  private static final DescribedPredicate<JavaClass> VECTOR =
      DescribedPredicate.describe(
          "a vector or mask",
          type -> type.getName().matches("jdk\\.incubator\\.vector\\.(\\w*Vector|VectorMask)"));

  /** C2 promises to inline no method of ours, and where it does not, vectors are boxed. */
  @ArchTest
  static final ArchRule VECTORS_CROSS_NO_CALL =
      noMethods()
          .should()
          .haveRawReturnType(VECTOR)
          .orShould()
          .haveRawParameterTypes(DescribedPredicate.anyElementThat(VECTOR));
}
