package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.it.Packaging.Node;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The files of packaging/monitoring. */
final class MonitoringKit {

  private static final String FOLDER = "monitoring/";

  private MonitoringKit() {}

  /** The text of a file. */
  static String text(String file) {
    return Packaging.text(FOLDER + file);
  }

  /** The content of a YAML file. */
  static Node yaml(String file) {
    return Packaging.yaml(FOLDER + file);
  }

  /** The alerts, each as Prometheus reads it. */
  static List<Node> alerts() {
    return yaml("alerts.yml").at("groups").list().stream()
        .flatMap(group -> group.at("rules").list().stream())
        .toList();
  }

  /** The names of the alerts. */
  static List<String> alertNames() {
    return alerts().stream().map(alert -> alert.at("alert").text()).toList();
  }

  /** Copies a file into a folder, where its neighbours may be other ones. */
  static void copy(String file, Path folder) {
    try {
      Files.writeString(folder.resolve(file), text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What promtool says; it must be content. */
  static String promtool(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    try (ChildProcess promtool = ChildProcess.start("promtool", folder, command, Map.of())) {
      int code = promtool.awaitExit();
      assertThat(code).as(promtool.out() + promtool.err()).isZero();
      return promtool.out() + promtool.err();
    }
  }
}
