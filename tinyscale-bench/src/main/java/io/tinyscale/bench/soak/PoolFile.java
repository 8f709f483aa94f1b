package io.tinyscale.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The file {@code servers.json}, edited as an operator edits it. */
final class PoolFile {

  private final Path file;
  private final Map<ServerProcess, String> entries = new LinkedHashMap<>();

  PoolFile(Path file, List<ServerProcess> servers) {
    this.file = file;
    servers.forEach(server -> entries.put(server, server.entry("enabled", 1)));
    write();
  }

  Path path() {
    return file;
  }

  synchronized void cordon(ServerProcess server) {
    entries.put(server, server.entry("cordoned", 1));
    write();
  }

  synchronized void weigh(ServerProcess server, int weight) {
    entries.put(server, server.entry("enabled", weight));
    write();
  }

  /** Removes a server. Its place is kept, and the server comes back there. */
  synchronized void remove(ServerProcess server) {
    entries.put(server, "");
    write();
  }

  synchronized void reset(ServerProcess server) {
    entries.put(server, server.entry("enabled", 1));
    write();
  }

  synchronized void spoil() {
    write("[{\"host\": \"http://127.0.0.1/\", \"sekret\": ");
  }

  synchronized void mend() {
    write();
  }

  private void write() {
    write(
        entries.values().stream()
            .filter(entry -> !entry.isEmpty())
            .collect(Collectors.joining(",\n ", "[", "]\n")));
  }

  /** Written to another file and renamed, as careful editors do. */
  private void write(String text) {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
