package io.tinyscale.launcher;

import io.tinyscale.config.ConfigKey;
import picocli.CommandLine;

/** The text of {@code --help}: options, then every configuration key from the catalogue. */
final class Help {

  private Help() {}

  static String text(CommandLine commandLine) {
    StringBuilder text = new StringBuilder(commandLine.getUsageMessage());
    text.append(
        """

        Configuration, from the environment (PORT, TINYSCALE_HEALTH_INTERVAL) or from system
        properties before -jar (-Dtinyscale.health.interval=20s), which win:
        """);
    for (ConfigKey key : ConfigKey.values()) {
      text.append(String.format("  %-30s  %s%n", key.variable(), key.meaning()));
      key.defaultText()
          .ifPresent(usual -> text.append(String.format("  %-30s  (default: %s)%n", "", usual)));
    }
    text.append(
        """

        Exit codes: 0 stopped in order, 2 wrong configuration, 3 a server's check failed or no server
        would get the meeting of place, 70 out of memory.
        """);
    return text.toString();
  }
}
