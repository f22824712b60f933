package dev.deed;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The walls between the rooms of this module; those of the tensor package stand in its own test.
 */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class CoreArchitectureTest {
  @ArchTest
  static final ArchRule FILES_KNOW_NO_CHECKPOINTS =
      noClasses()
          .that()
          .resideInAPackage("dev.deed.files..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.deed.checkpoint..",
              "dev.deed.tensor..",
              "dev.deed.model..",
              "dev.deed.decode..");

  @ArchTest
  static final ArchRule CHECKPOINTS_KNOW_NO_TRANSFORMERS =
      noClasses()
          .that()
          .resideInAPackage("dev.deed.checkpoint..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.deed.tensor..", "dev.deed.model..", "dev.deed.decode..");

  @ArchTest
  static final ArchRule MODELS_KNOW_NO_DECODING =
      noClasses()
          .that()
          .resideInAPackage("dev.deed.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.decode..");

  /**
   * A family is data that the one transformer follows, so neither kernel nor loop may ask for it.
   */
  @ArchTest
  static final ArchRule FAMILIES_ARE_DATA =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.deed.model",
              "dev.deed.model.spec..",
              "dev.deed.model.front..",
              "dev.deed.decode..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.model.family..");

  /** The engine embeds anywhere: JSON is its only library, and only where files are read. */
  @ArchTest
  static final ArchRule ONLY_FILES_ARE_JSON =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.deed.tensor..",
              "dev.deed.model",
              "dev.deed.model.spec..",
              "dev.deed.model.front..",
              "dev.deed.decode..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml..");

  /** A step decides about exits whatever searches there are, and scores know neither. */
  @ArchTest
  static final ArchRule EXITS_KNOW_NO_SEARCH =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.deed.decode.draft", "dev.deed.decode.exit", "dev.deed.decode.logits")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.decode");

  @ArchTest
  static final ArchRule SCORES_KNOW_NO_EXITS =
      noClasses()
          .that()
          .resideInAPackage("dev.deed.decode.logits")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.decode.exit");

  /** Longer lists of parameters are values without a name. */
  @ArchTest
  static final ArchRule FEW_PARAMETERS =
      codeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.deed.decode..")
          .should(
              ArchCondition.from(
                  describe(
                      "have at most seven parameters", unit -> unit.getParameters().size() < 8)));
}
