package io.tinyscale.bench.compare;

import io.tinyscale.bench.engine.ServersProcess;
import io.tinyscale.bench.engine.Setup;
import io.tinyscale.bench.engine.Starts;
import io.tinyscale.bench.engine.TinyscaleWar;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures starts of executable WARs: without and with a class-data archive, in turns. */
final class StartUp {

  private StartUp() {}

  static StartTimes measure(
      List<TinyscaleWar> wars, Path folder, Path java, int times, PrintWriter progress)
      throws IOException, InterruptedException {
    progress.println("== " + Scenarios.START + ": starts of the executable WAR");
    progress.flush();
    Path own = Files.createDirectories(folder.resolve(Scenarios.START));
    try (ServersProcess servers = ServersProcess.start(own, 2, 10, 0, 0)) {
      Map<String, Starts> ways = new LinkedHashMap<>();
      for (TinyscaleWar war : wars) {
        Path ofWar = Files.createDirectories(own.resolve(war.name()));
        Starts plain =
            new Starts(war, new Setup(ofWar, java, List.of(), servers.ports(), Map.of()));
        String prefix = war.name().equals(TinyscaleWar.BEFORE) ? StartTimes.BEFORE : "";
        ways.put(prefix + "plain", plain);
        ways.put(
            prefix + "with a class-data archive",
            plain.withJavaOptions(List.of("-XX:SharedArchiveFile=" + plain.archive())));
      }
      Map<String, List<Starts.Start>> starts = new LinkedHashMap<>();
      for (int round = 0; round < times; round++) {
        for (Map.Entry<String, Starts> way : ways.entrySet()) {
          starts
              .computeIfAbsent(way.getKey(), name -> new ArrayList<>())
              .add(way.getValue().once());
        }
      }
      return new StartTimes(
          starts.entrySet().stream().map(e -> variant(e.getKey(), e.getValue())).toList());
    }
  }

  private static StartTimes.Variant variant(String name, List<Starts.Start> starts) {
    return new StartTimes.Variant(
        name,
        starts.stream().map(start -> start.toFirstAnswer().toNanos() / 1e6).toList(),
        starts.stream().map(Starts.Start::residentMegabytes).toList(),
        starts.stream().map(start -> start.cpuTime().toNanos() / 1e6).toList());
  }
}
