package io.tinyscale.launcher.cli;

import io.tinyscale.config.CommandVariable;
import io.tinyscale.config.ConfigKey;
import java.util.Map;

/** The manual page of the file of settings that a package installs. */
final class SettingsPage {

  /** The name of the page and of the file. */
  static final String NAME = "tinyscale.conf";

  private SettingsPage() {}

  /**
   * The page.
   *
   * @param presets what the package sets instead of a default, by the variable
   */
  static String of(Map<String, String> presets) {
    Roff roff = new Roff(NAME, 5);
    roff.section("NAME");
    roff.text(NAME + " - settings of the load balancer tinyscale");
    roff.section("SYNOPSIS");
    roff.line(Roff.bold("/etc/tinyscale/" + NAME));
    roff.section("DESCRIPTION");
    roff.text(
        "The service tinyscale and the command tinyscale read this file. Each line is a setting,"
            + " NAME=VALUE. The value is all that follows the equals sign, in double quotes or"
            + " without; nothing in it is expanded. Lines that are empty or begin with # mean"
            + " nothing. A variable of the environment wins over the file.");
    roff.paragraph();
    roff.text(
        "The command tinyscale check judges a change. The service takes it in when it is"
            + " restarted.");
    roff.section("SETTINGS OF THE PROCESS");
    for (ProcessVariable variable : ProcessVariable.values()) {
      roff.item(Roff.bold(variable.name()), meaning(variable.meaning(), variable.usual()));
    }
    roff.section("SETTINGS OF THE BALANCER");
    for (ConfigKey key : ConfigKey.values()) {
      String usual = key.defaultText().orElse("");
      String preset = presets.getOrDefault(key.variable(), "");
      String of = preset.isEmpty() ? "" : " The package sets " + preset + ".";
      roff.item(Roff.bold(key.variable()), meaning(key.meaning(), usual) + of);
    }
    roff.section("SETTINGS OF THE COMMANDS");
    for (CommandVariable variable : CommandVariable.values()) {
      roff.item(Roff.bold(variable.variable()), meaning(variable.meaning(), variable.usual()));
    }
    roff.section("SEE ALSO");
    roff.line(Roff.bold("tinyscale") + "(1)");
    return roff.toString();
  }

  private static String meaning(String meaning, String usual) {
    return meaning + (usual.isEmpty() ? "" : " (default: " + usual + ")");
  }
}
