package io.tinyscale.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The pool files of all balancers with the same content, edited as an operator edits them. */
final class PoolFile {

  private final Set<Path> files;
  private final Map<ServerProcess, String> entries = new LinkedHashMap<>();

  PoolFile(Collection<Path> files, List<ServerProcess> servers) {
    this.files = Set.copyOf(files);
    servers.forEach(server -> entries.put(server, server.entry("enabled", 1)));
    write();
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

  private void write(String text) {
    files.forEach(file -> write(file, text));
  }

  /** Written to another file and renamed, as careful editors do. */
  private static void write(Path file, String text) {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
