package dev.deed;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between modules; here, where all of them are on the class path. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class RoomsTest {
  /**
   * LibTorch is for training alone, oneDNN for who wants it: what answers needs neither. The room
   * of sound unpacks a program, and loads nothing.
   */
  @ArchTest
  static final ArchRule NATIVE_ARITHMETIC_STAYS_IN_ITS_ROOMS =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.deed.train..", "dev.deed.onednn..", "dev.deed.sound..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  /** An engine is found, not named. */
  @ArchTest
  static final ArchRule NOBODY_KNOWS_ONEDNN =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.onednn..");

  /** A program is found, not named. */
  @ArchTest
  static final ArchRule NOBODY_KNOWS_WHO_BRINGS_FFMPEG =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.sound..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.sound..");

  @ArchTest
  static final ArchRule TOKENIZER_LIBRARY_STAYS_IN_PROCESSING =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.processing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "com.twelvemonkeys..");

  /** Frameworks come with their adapters alone. */
  @ArchTest
  static final ArchRule FRAMEWORKS_STAY_IN_THEIR_ROOMS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.deed.langchain4j..", "dev.deed.springai..", "dev.deed.tika..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.langchain4j..", "org.springframework..", "reactor..", "org.apache.tika..");

  /** What opens a model takes a folder; whoever takes names asks the hub first. */
  @ArchTest
  static final ArchRule NAMES_ARE_RESOLVED_AT_THE_DOORS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.deed.hub..",
              "dev.deed.cli..",
              "dev.deed.spark..",
              "dev.deed.langchain4j..",
              "dev.deed.springai..",
              "dev.deed.tika..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.deed.hub..");

  /**
   * Answers have the same bits on every processor: {@code Math} leaves the last bit of these to the
   * JVM. Screening computes bounds alone, with room for that bit.
   */
  @ArchTest
  static final ArchRule ANSWERS_ARE_COMPUTED_BY_STRICT_FUNCTIONS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.deed.tensor..",
              "dev.deed.model..",
              "dev.deed.decode..",
              "dev.deed.processing.picture..",
              "dev.deed.processing.sound..",
              "dev.deed.speech..")
          .and()
          .haveSimpleNameNotStartingWith("Screened")
          .and()
          .doNotHaveSimpleName("TwoStageStep")
          .and()
          .doNotHaveSimpleName("SwinEncoder")
          .should()
          .callMethodWhere(
              target(owner(type(Math.class)))
                  .and(target(nameMatching("a?(sin|cos|tan)h?|exp|expm1|log|log10|log1p|pow"))));

  @ArchTest
  static final ArchRule COMMANDS_ARE_THE_TOP =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.deed.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.deed.cli..", "picocli..");
}
