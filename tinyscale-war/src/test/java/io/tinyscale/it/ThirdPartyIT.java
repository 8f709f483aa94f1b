package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The list of third parties in the WAR names exactly the libraries in the WAR. */
class ThirdPartyIT {

  private static final String LIST = "META-INF/THIRD-PARTY.md";
  private static final String TABLE = "| library | version | WEB-INF/lib | packages |";
  private static final String JARS = "WEB-INF/lib/";
  private static final String CLASS = ".class";
  private static final String OURS = "io/tinyscale/";

  /** A row of the list. */
  private record Library(
      String name, String version, boolean inWebapp, String folder, String licence) {

    static Library of(String row) {
      String[] cells = row.split("\\|");
      return new Library(
          cells[1].strip(),
          cells[2].strip(),
          cells[3].strip().equals("yes"),
          cells[4].strip().replace('.', '/') + "/",
          cells[5].strip());
    }

    String nameAndVersion() {
      return name + "-" + version;
    }
  }

  @Test
  void namesEveryDependencyWithItsVersion() throws IOException {
    assertThat(dependencies())
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            libraries().stream().map(Library::nameAndVersion).toList());
  }

  @Test
  void namesEveryJarOfTheWebapp() throws IOException {
    List<String> jars =
        names()
            .filter(name -> name.startsWith(JARS))
            .map(name -> name.substring(JARS.length()))
            .filter(name -> !name.startsWith("tinyscale-"))
            .toList();

    assertThat(jars)
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            libraries().stream()
                .filter(Library::inWebapp)
                .map(library -> library.nameAndVersion() + ".jar")
                .toList());
  }

  @Test
  void namesTheLibraryOfEveryClassAtTheRoot() throws IOException {
    List<Library> libraries = libraries();
    Set<String> seen = new TreeSet<>();
    for (String name : classesAtTheRoot()) {
      Optional<Library> owner =
          libraries.stream()
              .filter(library -> name.startsWith(library.folder()))
              .max(Comparator.comparingInt(library -> library.folder().length()));
      assertThat(owner).as(name).isPresent();
      seen.add(owner.orElseThrow().name());
    }

    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(libraries.stream().map(Library::name).toList());
  }

  @Test
  void carriesTheLicencesAndNoNoticeInTheNameOfOthers() throws IOException {
    assertThat(libraries()).extracting(Library::licence).containsOnly("Apache-2.0", "MIT");
    assertThat(text("META-INF/licenses/Apache-2.0.txt"))
        .contains("Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS");
    assertThat(text("META-INF/licenses/MIT-SLF4J.txt"))
        .contains("QOS.ch", "Permission is hereby granted");
    assertThat(text("META-INF/licenses/MIT-Jedis.txt"))
        .contains("Redis, inc.", "Permission is hereby granted");
    assertThat(text(LIST)).contains("Notices for Eclipse Jetty", "Apache HttpComponents Core");
    assertThat(names().filter(name -> name.matches("META-INF/[^/]+")))
        .containsExactlyInAnyOrder("META-INF/LICENSE", "META-INF/MANIFEST.MF", LIST);
  }

  private static List<Library> libraries() throws IOException {
    return text(LIST)
        .lines()
        .dropWhile(line -> !line.startsWith(TABLE))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(Library::of)
        .toList();
  }

  /** The libraries of others on the class path at run time, such as {@code gson-2.15.0}. */
  private static List<String> dependencies() throws IOException {
    // A line is group:artifact:type:version:scope, and may say more after a blank.
    return Files.readAllLines(Path.of(System.getProperty("it.libraries"))).stream()
        .map(String::strip)
        .filter(line -> line.contains(":jar:") && !line.startsWith("io.tinyscale:"))
        .map(line -> line.split(":"))
        .map(parts -> parts[1] + "-" + parts[3])
        .toList();
  }

  private static List<String> classesAtTheRoot() throws IOException {
    return names()
        .map(name -> name.replaceFirst("^META-INF/versions/[0-9]+/", ""))
        .filter(name -> name.endsWith(CLASS) && !name.startsWith("WEB-INF/"))
        .filter(name -> !name.startsWith(OURS))
        .toList();
  }

  private static Stream<String> names() throws IOException {
    try (JarFile war = new JarFile(ExecutableWar.file().toFile())) {
      return war.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .toList()
          .stream();
    }
  }

  private static String text(String name) throws IOException {
    try (JarFile war = new JarFile(ExecutableWar.file().toFile())) {
      ZipEntry entry = war.getEntry(name);
      assertThat(entry).as(name).isNotNull();
      return new String(war.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
