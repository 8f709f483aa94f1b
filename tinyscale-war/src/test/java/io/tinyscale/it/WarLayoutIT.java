package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The places of files in the WAR: the webapp in WEB-INF, the executable at the root. */
class WarLayoutIT {

  @Test
  void theWebappHasItsOwnLibrariesAndNoServer() throws IOException {
    assertThat(names("WEB-INF/lib/"))
        .extracting(name -> name.replaceAll("-[0-9].*", ""))
        .containsExactlyInAnyOrder(
            "error_prone_annotations",
            "gson",
            "httpclient5",
            "httpcore5",
            "httpcore5-h2",
            "jedis",
            "jose4j",
            "jspecify",
            "prometheus-metrics-config",
            "prometheus-metrics-core",
            "prometheus-metrics-exposition-textformats",
            "prometheus-metrics-instrumentation-jvm",
            "prometheus-metrics-model",
            "prometheus-metrics-tracer-common",
            "prometheus-metrics-tracer-initializer",
            "prometheus-metrics-tracer-otel",
            "prometheus-metrics-tracer-otel-agent",
            "redis-authx-core",
            "slf4j-api",
            "slf4j-jdk14",
            "tinyscale-admin",
            "tinyscale-core",
            "tinyscale-servlet",
            "tinyscale-valkey");
    assertThat(names("WEB-INF/classes/"))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("io/tinyscale/webapp/"));
  }

  @Test
  void theExecutableHasEverythingAtTheRoot() throws IOException {
    try (JarFile war = open()) {
      Manifest manifest = war.getManifest();

      assertThat(manifest.getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.tinyscale.launcher.Main");
      assertThat(manifest.getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
    }
    assertThat(names(""))
        .contains(
            "io/tinyscale/launcher/Main.class",
            "io/tinyscale/servlet/TinyscaleFilter.class",
            "io/tinyscale/simulator/SimulatedPool.class",
            "org/eclipse/jetty/server/Server.class",
            "org/slf4j/jul/JDK14LoggerAdapter.class",
            "picocli/CommandLine.class",
            "META-INF/LICENSE")
        .noneMatch(name -> name.matches(".*(META-INF/.*\\.(SF|RSA|DSA)|module-info\\.class)"));
  }

  @Test
  void servicesOfSeveralJarsAreMerged() throws IOException {
    assertThat(text("META-INF/services/org.slf4j.spi.SLF4JServiceProvider"))
        .contains("org.slf4j.jul.JULServiceProvider");
    assertThat(text("META-INF/services/io.tinyscale.store.StoreProvider"))
        .contains("io.tinyscale.valkey.ValkeyProvider");
    assertThat(text("META-INF/services/org.eclipse.jetty.http.HttpFieldPreEncoder").lines())
        .hasSizeGreaterThan(1);
  }

  @Test
  void itsLicenceIsOurs() throws IOException {
    assertThat(text("META-INF/LICENSE")).contains("MIT License");
  }

  private static JarFile open() throws IOException {
    return new JarFile(ExecutableWar.file().toFile());
  }

  /** The files below a folder, without its name. */
  private static List<String> names(String folder) throws IOException {
    try (JarFile war = open()) {
      return war.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith(folder))
          .map(name -> name.substring(folder.length()))
          .toList();
    }
  }

  private static String text(String name) throws IOException {
    try (JarFile war = open()) {
      return new String(
          war.getInputStream(war.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
