package io.tinyscale.bench.engine;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The configuration of tinyscale in all engines. */
final class TinyscaleProperties {

  private TinyscaleProperties() {}

  /** JVM options with the whole configuration. */
  static List<String> properties(Setup setup) throws IOException {
    List<Map<String, String>> entries = new ArrayList<>();
    for (int port : setup.servers()) {
      entries.add(
          Map.of(
              "name",
              "server-" + port,
              "host",
              "http://127.0.0.1:" + port + "/bigbluebutton",
              "secret",
              "secret-of-the-servers"));
    }
    Path file = setup.folder().resolve("servers.json");
    Files.writeString(file, new Gson().toJson(entries));
    List<String> properties = new ArrayList<>();
    properties.add("-Dtinyscale.servers=" + file);
    properties.add("-Dtinyscale.secret=" + FrontEnd.SECRET);
    setup.settings().forEach((key, value) -> properties.add("-Dtinyscale." + key + "=" + value));
    return properties;
  }
}
