package io.tinyscale.health;

import io.tinyscale.server.Server;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Decides from the first sweep whether to start. */
public enum StartupCheck {
  /** The start fails if a server is down. */
  ABORT,
  /** The start goes on with the other servers, if there are any. */
  WARN;

  /**
   * Refuses to start if a server failed its first check.
   *
   * @param sweeps what the first sweep found
   * @throws StartupException naming every server that failed and what to fix
   */
  public void require(List<Sweep> sweeps) {
    if (this != WARN || sweeps.stream().noneMatch(Sweep::isAnswered)) {
      requireAll(sweeps);
    }
  }

  /**
   * Refuses if a server failed its first check, however lenient the start would be.
   *
   * @param sweeps what the first sweep found
   * @throws StartupException naming every server that failed and what to fix
   */
  public void requireAll(List<Sweep> sweeps) {
    List<Sweep> problems = sweeps.stream().filter(sweep -> !sweep.isAnswered()).toList();
    if (!problems.isEmpty()) {
      throw new StartupException(
          problems.stream().map(this::explain).collect(Collectors.joining("\n")));
    }
  }

  private String explain(Sweep problem) {
    Server server = problem.server();
    String name = server.name() + " (" + server.api().getAuthority() + "): ";
    if (problem instanceof Sweep.Failed failed) {
      return name
          + failed.cause()
          + ". "
          + (failed.fix().isEmpty()
              ? "Start the server or mend its host in the pool file."
              : failed.fix())
          + (this == ABORT ? " Set startup.check=warn to start without the server." : "");
    }
    if (problem instanceof Sweep.Unasked) {
      return name + Sweep.Unasked.CAUSE + ". " + Sweep.Unasked.FIX;
    }
    return name
        + "refuses our checksum. Copy its secret from `bbb-conf --secret` on "
        + server.api().getHost()
        + " into the pool file.";
  }

  /** The name in configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
