package io.tinyscale.launcher.cli;

import picocli.CommandLine.Option;

/** Whether a command prints what the admin door answers. */
final class JsonOption {

  @Option(names = "--json", description = "Print the JSON of the admin API unchanged.")
  boolean json;
}
