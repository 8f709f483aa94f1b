package io.tinyscale;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** docs/limits.md names the bound of every class that keeps things. */
class LimitsDocumentationTest {

  /** Classes whose collections never grow, or that live as long as one call or one start. */
  private static final Set<String> SHORT_LIVED =
      Set.of(
          "ApiDocument",
          "Authenticator",
          "Balancer",
          "BalancerParts",
          "Checks",
          "ConfigException",
          "ConfigSource",
          "ConfigValues",
          "FanOut",
          "NamedThreads",
          "Observers",
          "PendingCreate",
          "Routes",
          "JsonFields",
          "JsonFile",
          "JsonSplice",
          "ServerFields",
          "SpooledBody",
          "TinyscaleConfig");

  @Test
  void namesTheBoundOfEveryCollectionThatIsKept() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/limits.md")).stream()
            .filter(line -> line.startsWith("| "))
            .toList();
    List<String> keepers =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.tinyscale")
                .stream()
                .filter(type -> !type.isRecord() && !type.isEnum())
                .filter(type -> type.getFields().stream().anyMatch(LimitsDocumentationTest::keeps))
                .map(LimitsDocumentationTest::outermost)
                .distinct()
                .filter(name -> !SHORT_LIVED.contains(name))
                .toList();

    assertThat(keepers).hasSizeGreaterThan(8);
    assertThat(keepers)
        .allSatisfy(
            name ->
                assertThat(rows)
                    .as(name)
                    .anyMatch(row -> List.of(row.split("[ ,|]+")).contains(name)));
  }

  private static boolean keeps(JavaField field) {
    Class<?> type = field.getRawType().reflect();
    return !field.getModifiers().contains(JavaModifier.STATIC)
        && (Map.class.isAssignableFrom(type) || Collection.class.isAssignableFrom(type));
  }

  private static String outermost(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length() + 1);
    return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
  }
}
