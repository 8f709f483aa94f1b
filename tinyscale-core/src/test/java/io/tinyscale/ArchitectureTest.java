package io.tinyscale;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tinyscale.call.CallHandler;
import io.tinyscale.observe.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which packages of core may import which. */
class ArchitectureTest {

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.tinyscale");

  /** From left to right: a package imports from groups further left and never sideways. */
  private static final List<List<String>> GROUPS =
      List.of(
          List.of("body"),
          List.of("trace"),
          List.of("http", "bbb"),
          List.of("tenant", "server"),
          List.of("upstream", "config"),
          List.of("observe"),
          List.of("store"),
          List.of("meeting", "placement", "health"),
          List.of("callback"),
          List.of("call"),
          List.of("listing", "recording", "hook"),
          List.of("gateway"),
          List.of("balancer"));

  private static final String[] LIBRARIES = {
    "java..",
    "javax.crypto..",
    "javax.net.ssl..",
    "javax.xml.stream..",
    "org.slf4j..",
    "org.jspecify..",
    "com.google.gson.."
  };

  private static String named(String name) {
    return "io.tinyscale." + name + "..";
  }

  static Stream<String> packages() {
    return GROUPS.stream().flatMap(List::stream);
  }

  @Test
  void classesWereSeenInEveryPackage() {
    assertThat(CORE).hasSizeGreaterThan(80);
    assertThat(packages())
        .allSatisfy(name -> assertThat(CORE.that(resideInAPackage(named(name)))).isNotEmpty());
  }

  @Test
  void everyPackageHasAPlaceInTheOrder() {
    classes()
        .should()
        .resideInAnyPackage(packages().map(ArchitectureTest::named).toArray(String[]::new))
        .check(CORE);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packagesImportOnlyFromTheirLeft(String name) {
    List<String> allowed = new ArrayList<>(List.of(LIBRARIES));
    allowed.add(named(name));
    GROUPS.stream()
        .takeWhile(group -> !group.contains(name))
        .forEach(group -> group.forEach(left -> allowed.add(named(left))));

    classes()
        .that()
        .resideInAPackage(named(name))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
        .check(CORE);
  }

  /** A handler is called through its interface; only the assembly knows the handlers. */
  @Test
  void noHandlerKnowsAnotherHandler() {
    DescribedPredicate<JavaClass> handlers =
        JavaClass.Predicates.assignableTo(CallHandler.class)
            .and(DescribedPredicate.not(JavaClass.Predicates.type(CallHandler.class)));
    assertThat(CORE.that(handlers)).hasSizeGreaterThan(7);
    for (JavaClass handler : CORE.that(handlers)) {
      noClasses()
          .that()
          .belongToAnyOf(handler.reflect())
          .should()
          .dependOnClassesThat(
              handlers.and(
                  DescribedPredicate.not(JavaClass.Predicates.belongToAnyOf(handler.reflect()))))
          .check(CORE);
    }
  }

  @Test
  void onlyConfigReadsJson() {
    noClasses()
        .that()
        .resideOutsideOfPackage(named("config"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.gson..")
        .check(CORE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.tinyscale.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(packages())
        .allSatisfy(
            name -> {
              JavaPackage javaPackage = CORE.getPackage("io.tinyscale." + name);
              assertThat(javaPackage.isAnnotatedWith(NullMarked.class)).as(name).isTrue();
            });
  }

  @Test
  void noClassWritesToTheStandardStreams() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
  }

  @Test
  void onlyTheEventLogWritesToALog() {
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CORE);
    noClasses()
        .that()
        .doNotBelongToAnyOf(EventLog.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "java.util.logging..", "java.lang.System.Logger")
        .check(CORE);
  }

  @Test
  void onlyTheAssemblyStartsThreads() {
    noClasses()
        .that()
        .resideOutsideOfPackage(named("balancer"))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Thread.class, Executors.class, ForkJoinPool.class)
        .orShould()
        .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
        .check(CORE);
  }

  @Test
  void onlyStartAndStopWait() {
    noClasses()
        .that()
        .resideOutsideOfPackage(named("balancer"))
        .should()
        .callMethod(CompletableFuture.class, "get")
        .check(CORE);
  }
}
