package io.tinyscale.valkey;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.junit.jupiter.api.Test;

/** The rules of this module's structure. */
class ArchitectureTest {

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .importPackages("io.tinyscale.valkey");

  @Test
  void seesTheClassesItJudges() {
    assertThat(OURS.contain(ValkeyProvider.class)).isTrue();
    assertThat(OURS).hasSizeGreaterThan(10);
  }

  @Test
  void standsOnJedisAndOnWhatCoreSaysOfStores() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.net..",
            "io.tinyscale.valkey",
            "io.tinyscale.store",
            "io.tinyscale.config",
            "redis.clients.jedis..",
            "org.slf4j..",
            "org.jspecify..")
        .check(OURS);
  }

  /** Everything else is reached through the interfaces of core. */
  @Test
  void showsTheProviderAlone() {
    classes()
        .that()
        .doNotHaveSimpleName("ValkeyProvider")
        .and()
        .areTopLevelClasses()
        .should()
        .notBePublic()
        .check(OURS);
  }

  @Test
  void writesToNoStandardStream() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(OURS);
  }
}
