package io.tinyscale.launcher;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a start listens. */
final class ListenOptions {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Listen on this port instead of the environment's PORT or 3005; 0 takes a free one.")
  @Nullable String port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Listen on this name or address only, instead of all; --demo listens on 127.0.0.1.")
  @Nullable String host;
}
