package io.tinyscale.simulator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package of the simulator may know which. */
class ArchitectureTest {
  private static final String ROOT = "io.tinyscale.simulator";

  private static final JavaClasses SIMULATOR =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** Each package and those it may use. */
  private static final Map<String, Set<String>> USES =
      Map.of(
          ROOT + ".http",
          Set.of(),
          ROOT + ".fault",
          Set.of(ROOT + ".http"),
          ROOT + ".api",
          Set.of(ROOT + ".http"),
          ROOT,
          Set.of(ROOT + ".http", ROOT + ".fault", ROOT + ".api"));

  @Test
  void everyPackageHasAPlaceInTheOrder() {
    classes().should().resideInAnyPackage(USES.keySet().toArray(String[]::new)).check(SIMULATOR);
  }

  @ParameterizedTest
  @ValueSource(strings = {ROOT + ".http", ROOT + ".fault", ROOT + ".api", ROOT})
  void aPackageKnowsOnlyThoseItMayUse(String name) {
    List<String> allowed = new ArrayList<>(List.of("java..", "javax..", "org.jspecify.."));
    allowed.add(name);
    allowed.addAll(USES.get(name));

    assertThat(SIMULATOR.that(resideInAPackage(name))).hasSizeGreaterThan(3);
    classes()
        .that()
        .resideInAPackage(name)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
        .check(SIMULATOR);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(USES.keySet())
        .allSatisfy(
            name ->
                assertThat(SIMULATOR.getPackage(name).isAnnotatedWith(NullMarked.class)).isTrue());
  }

  @Test
  void onlyTheProgramWritesToTheStandardStreams() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Main.class)
        .should(ACCESS_STANDARD_STREAMS)
        .check(SIMULATOR);
  }
}
