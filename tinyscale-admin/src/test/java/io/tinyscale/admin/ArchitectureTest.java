package io.tinyscale.admin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.junit.jupiter.api.Test;

/** The rules of the admin module's structure. */
class ArchitectureTest {

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .importPackages("io.tinyscale.admin");

  @Test
  void seesTheClassesItJudges() {
    assertThat(OURS.contain(AdminDoor.class)).isTrue();
    assertThat(OURS).hasSizeGreaterThan(10);
  }

  @Test
  void standsOnCoreAndTheLibraryForMetricsAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "io.tinyscale..",
            "com.google.gson..",
            "io.prometheus.metrics..",
            "org.jspecify..")
        .check(OURS);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.tinyscale.servlet..",
            "io.tinyscale.httpcore..",
            "io.tinyscale.jetty..",
            "io.tinyscale.launcher..")
        .check(OURS);
  }

  /** What is loaded before the first answer must not need the library. */
  @Test
  void keepsTheLibraryForMetricsOutOfTheStart() {
    noClasses()
        .that()
        .haveSimpleName("AdminDoor")
        .or()
        .haveSimpleName("LateObserver")
        .or()
        .haveSimpleName("Metrics")
        .or()
        .haveSimpleName("Access")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.prometheus..")
        .check(OURS);
  }

  @Test
  void writesToNoStandardStream() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(OURS);
  }
}
