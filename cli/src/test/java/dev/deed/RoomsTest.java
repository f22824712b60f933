package dev.deed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between modules; here, where all of them are on the class path. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class RoomsTest {
  /** LibTorch is for training alone: what answers needs none of its 300 MB. */
  @ArchTest
  static final ArchRule LIBTORCH_STAYS_IN_TRAINING =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.train..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule TOKENIZER_LIBRARY_STAYS_IN_PROCESSING =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.processing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "com.twelvemonkeys..");

  @ArchTest
  static final ArchRule COMMANDS_ARE_THE_TOP =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.deed.cli..", "picocli..");
}
