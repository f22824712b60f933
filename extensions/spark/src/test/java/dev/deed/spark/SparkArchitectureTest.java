package dev.deed.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Spark's room stands on what applications see, of runtime, of the hub and of the data format. */
@AnalyzeClasses(packages = "dev.deed.spark", importOptions = DoNotIncludeTests.class)
class SparkArchitectureTest {
  @ArchTest
  static final ArchRule SPARK_STANDS_ON_WHAT_APPLICATIONS_SEE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.deed",
              "dev.deed.data..",
              "dev.deed.speech",
              "dev.deed.table",
              "dev.deed.value",
              "dev.deed.hub",
              "dev.deed.spark",
              "com.fasterxml.jackson..",
              "org.apache.spark..",
              "scala..",
              "java..",
              "org.jspecify..");
}
