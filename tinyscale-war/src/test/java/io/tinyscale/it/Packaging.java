package io.tinyscale.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of the folder packaging. */
final class Packaging {

  private static final Path FOLDER = Path.of("..", "packaging").toAbsolutePath().normalize();

  private Packaging() {}

  /** Where a file or folder is. */
  static Path path(String name) {
    return FOLDER.resolve(name);
  }

  /** The text of a file. */
  static String text(String file) {
    try {
      return Files.readString(path(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The only document of a YAML file. */
  static Node yaml(String file) {
    List<Node> documents = documents(file);
    if (documents.size() != 1) {
      throw new AssertionError(file + " has " + documents.size() + " documents");
    }
    return documents.get(0);
  }

  /** The documents of a YAML file. */
  static List<Node> documents(String file) {
    List<Node> documents = new ArrayList<>();
    new Load(LoadSettings.builder().setLabel(file).build())
        .loadAllFromString(text(file))
        .forEach(document -> documents.add(new Node(document)));
    return documents;
  }

  /** A value in a document: text, number, truth, list or map. */
  record Node(Object value) {

    /** The value below these names, one below the other. */
    Node at(String... names) {
      Object found = value;
      for (String name : names) {
        if (!(found instanceof Map<?, ?> map) || !map.containsKey(name)) {
          throw new AssertionError("no " + name + " in " + found);
        }
        found = map.get(name);
      }
      return new Node(found);
    }

    boolean has(String name) {
      return value instanceof Map<?, ?> map && map.containsKey(name);
    }

    /** The members of a list. */
    List<Node> list() {
      return ((List<?>) value).stream().map(member -> new Node(member)).toList();
    }

    /** The names in a map. */
    List<String> names() {
      return ((Map<?, ?>) value).keySet().stream().map(Object::toString).toList();
    }

    /** The members of a list of texts. */
    List<String> texts() {
      return list().stream().map(Node::text).toList();
    }

    /** The member of a list with this name. */
    Node named(String name) {
      return list().stream()
          .filter(member -> member.has("name") && member.at("name").text().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + name + " in " + value));
    }

    String text() {
      return String.valueOf(value);
    }
  }
}
