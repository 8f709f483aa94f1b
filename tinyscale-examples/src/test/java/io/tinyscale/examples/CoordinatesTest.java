package io.tinyscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The project has one version, also where Maven does not inherit it, and its jars have a licence.
 */
class CoordinatesTest {

  private static final Path ROOT = Path.of("..");

  /** Modules that nobody depends on. */
  private static final Set<String> NEVER_DEPLOYED =
      Set.of(
          "tinyscale-bench",
          "tinyscale-debian",
          "tinyscale-examples",
          "tinyscale-examples-spring-boot");

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(tinyscale[^<]*)</artifactId>\\s*<version>([^<$]+)</version>");
  private static final Pattern MANAGED =
      Pattern.compile(
          "<artifactId>([^<]+)</artifactId>\\s*<version>\\$\\{project.version}</version>");

  @Test
  void allPomsAndTheReadmeHaveOneVersion() throws IOException {
    String version = versions(read("pom.xml")).get(0);
    List<String> others = new ArrayList<>(versions(read("README.md")));
    for (String module : modules()) {
      others.addAll(versions(read(module + "/pom.xml")));
    }
    others.add(
        read("tinyscale-examples-spring-boot/pom.xml")
            .replaceAll("(?s).*<tinyscale.version>|</tinyscale.version>.*", ""));

    assertThat(others).hasSizeGreaterThan(modules().size()).containsOnly(version);
  }

  @Test
  void theBomManagesEveryModuleThatIsDeployed() throws IOException {
    Set<String> deployed = new TreeSet<>(modules());
    deployed.removeAll(NEVER_DEPLOYED);
    deployed.remove("tinyscale-bom");

    assertThat(find(MANAGED, read("tinyscale-bom/pom.xml"))).containsExactlyElementsOf(deployed);
  }

  @Test
  void onlyModulesThatNobodyDependsOnStayAtHome() throws IOException {
    for (String module : modules()) {
      assertThat(read(module + "/pom.xml").contains("<maven.deploy.skip>true"))
          .as(module)
          .isEqualTo(NEVER_DEPLOYED.contains(module));
    }
  }

  @Test
  void everyPomSaysWhatItIs() throws IOException {
    for (String module : modules()) {
      assertThat(read(module + "/pom.xml")).as(module).contains("<name>", "<description>");
    }
    for (String pom : List.of("pom.xml", "tinyscale-bom/pom.xml")) {
      assertThat(read(pom)).as(pom).contains("<name>MIT</name>", "<developers>", "<inceptionYear>");
    }
  }

  private static List<String> modules() throws IOException {
    return find(MODULE, read("pom.xml"));
  }

  private static List<String> versions(String text) {
    return ARTIFACT.matcher(text).results().map(found -> found.group(2)).toList();
  }

  private static List<String> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
