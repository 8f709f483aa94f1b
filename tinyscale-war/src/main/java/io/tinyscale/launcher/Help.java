package io.tinyscale.launcher;

import io.tinyscale.config.CommandVariable;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.launcher.cli.Commands;
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

        The commands for a running tinyscale read other variables:
        """);
    for (CommandVariable variable : CommandVariable.values()) {
      text.append(String.format("  %-30s  %s%n", variable.variable(), variable.meaning()));
      if (!variable.usual().isEmpty()) {
        text.append(String.format("  %-30s  (default: %s)%n", "", variable.usual()));
      }
    }
    text.append(String.format("%nExit codes:%n"));
    Commands.exitCodes()
        .forEach((code, meaning) -> text.append(String.format("  %2d  %s%n", code, meaning)));
    text.append(String.format("  70  out of memory%n"));
    return text.toString();
  }
}
