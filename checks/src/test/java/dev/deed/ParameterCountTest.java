package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;

/** Long parameter lists are few, and get no more: what belongs together is an object. */
@AnalyzeClasses(packages = "dev.deed", importOptions = DoNotIncludeTests.class)
class ParameterCountTest {
  private static final int LONG = 8;

  /** In all modules, constructors included; lower it when one goes. */
  private static final int MOST = 17;

  @ArchTest
  static void longListsAreFew(JavaClasses classes) {
    List<String> found =
        classes.stream()
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(unit -> unit.getRawParameterTypes().size() >= LONG)
            .map(JavaCodeUnit::getFullName)
            .toList();
    assertThat(found).hasSizeLessThanOrEqualTo(MOST);
  }
}
