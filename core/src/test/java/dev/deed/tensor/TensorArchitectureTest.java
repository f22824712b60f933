package dev.deed.tensor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of this room. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class TensorArchitectureTest {
  @ArchTest
  static final ArchRule VECTORS_STAY_HERE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.tensor.kernel")
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
