package io.tinyscale;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.tinyscale.servlet.TinyscaleFilter;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of the servlet module's structure. */
class ArchitectureTest {

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .withImportOption(location -> location.contains("tinyscale-servlet"))
          .importPackages("io.tinyscale");

  @Test
  void seesTheClassesItJudges() {
    assertThat(OURS.contain(TinyscaleFilter.class)).isTrue();
    assertThat(OURS).hasSizeGreaterThan(15);
  }

  @Test
  void standsOnTheServletApiAndTheHttpEngineAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.crypto..",
            "javax.net.ssl..",
            "io.tinyscale..",
            "jakarta.servlet..",
            "com.google.gson..",
            "org.apache.hc..",
            "org.jose4j..",
            "org.jspecify..")
        .check(OURS);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.tinyscale.launcher..", "io.tinyscale.simulator..")
        .check(OURS);
  }

  @Test
  void keepsTheHttpEngineInItsPackage() {
    noClasses()
        .that()
        .resideInAPackage("io.tinyscale.servlet")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.hc..")
        .check(OURS);
  }

  /** Without the relay its classes and libraries are not loaded. */
  @Test
  void keepsTheRelayAndItsLibrariesApart() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.tinyscale.relay")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.google.gson..", "javax.crypto..", "org.apache.hc.client5..", "org.jose4j..")
        .check(OURS);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.tinyscale.relay")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are inside the relay",
                type ->
                    type.getPackageName().equals("io.tinyscale.relay")
                        && !type.getSimpleName().equals("HttpRelay")))
        .check(OURS);
    classes()
        .that()
        .resideInAPackage("io.tinyscale.relay")
        .and()
        .areTopLevelClasses() // members of an interface are public to the language only
        .and()
        .doNotHaveSimpleName("HttpRelay")
        .and()
        .doNotHaveSimpleName("package-info")
        .should()
        .notBePublic()
        .check(OURS);
  }

  @Test
  void hasNoCycles() {
    slices().matching("io.tinyscale.(*)..").should().beFreeOfCycles().check(OURS);
    noClasses()
        .that()
        .resideInAPackage("io.tinyscale.httpcore")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.tinyscale.servlet")
        .check(OURS);
  }

  @Test
  void saysEverywhereWhatMayBeNull() {
    OURS.stream()
        .map(type -> type.getPackage())
        .distinct()
        .forEach(
            group ->
                assertThat(group.isAnnotatedWith(NullMarked.class)).as(group.getName()).isTrue());
  }

  @Test
  void writesToNoStandardStreamAndNoLogOfItsOwn() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(OURS);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "java.util.logging..")
        .check(OURS);
  }

  @Test
  void startsThreadsWhereEverythingIsPutTogether() {
    classes()
        .that()
        .doNotHaveSimpleName("RelayThreads")
        .and()
        .resideOutsideOfPackage("io.tinyscale.httpcore")
        .should()
        .onlyCallConstructorsThat(
            DescribedPredicate.describe(
                "start no thread",
                constructor -> !constructor.getOwner().isEquivalentTo(Thread.class)))
        .check(OURS);
  }
}
