package io.tinyscale.launcher.cli;

import io.tinyscale.config.CommandVariable;
import io.tinyscale.config.ConfigKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file of settings in which every setting is a comment with what counts without it. */
final class SettingsFile {

  private static final int WIDTH = 100;

  private final StringBuilder text = new StringBuilder();

  private SettingsFile() {}

  /**
   * The file.
   *
   * @param presets what the package sets instead of a default, by the variable
   */
  static String of(Map<String, String> presets) {
    SettingsFile file = new SettingsFile();
    file.text.append(
        """
        # Settings of the service tinyscale and of the command tinyscale: see tinyscale.conf(5).
        #
        # Each setting below is a comment that shows what counts without it. To change a setting, remove
        # the # in front of its name, then:
        #
        #   tinyscale check                 judges the settings and asks every server
        #   systemctl restart tinyscale     makes the change take effect
        #
        # Everybody on this machine may read this file: secrets belong into the files that it names.
        """);
    for (ProcessVariable variable : ProcessVariable.values()) {
      file.setting(variable.name(), variable.meaning(), variable.usual(), "");
    }
    for (ConfigKey key : ConfigKey.values()) {
      String preset = presets.getOrDefault(key.variable(), "");
      file.setting(key.variable(), key.meaning(), key.defaultText().orElse(""), preset);
    }
    for (CommandVariable variable : CommandVariable.values()) {
      file.setting(variable.variable(), variable.meaning(), variable.usual(), "");
    }
    return file.text.toString();
  }

  private void setting(String name, String meaning, String usual, String preset) {
    // A default with a blank is a description, and no value.
    boolean isDescribed = usual.contains(" ");
    String note = isDescribed && preset.isEmpty() ? " (default: " + usual + ")" : "";
    text.append('\n');
    comment(meaning + note);
    String value = preset.isEmpty() ? isDescribed ? "" : usual : preset;
    text.append('#').append(name).append('=').append(value).append('\n');
  }

  private void comment(String words) {
    List<String> line = new ArrayList<>();
    int length = 1;
    for (String word : words.split(" ")) {
      if (length + 1 + word.length() > WIDTH) {
        text.append("# ").append(String.join(" ", line)).append('\n');
        line.clear();
        length = 1;
      }
      line.add(word);
      length += 1 + word.length();
    }
    text.append("# ").append(String.join(" ", line)).append('\n');
  }
}
