package io.tinyscale.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Dockerfile of packaging/container, with its steps taken as they are written. */
final class Dockerfile {

  /** Where the image has tinyscale. */
  static final String HOME = "/opt/tinyscale";

  static final Path FOLDER = Path.of("..", "packaging", "container").toAbsolutePath().normalize();

  private static final Pattern SETTING = Pattern.compile("(\\w+)=(\\S+)");

  private final List<String> steps;

  private Dockerfile(List<String> steps) {
    this.steps = steps;
  }

  static Dockerfile read() {
    try {
      String text = Files.readString(FOLDER.resolve("Dockerfile"));
      String joined = text.replaceAll("(?m)^#.*\n", "").replaceAll("\\s*\\\\\n\\s*", " ");
      return new Dockerfile(joined.lines().filter(line -> !line.isBlank()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What follows an instruction, each time that it is there. */
  List<String> all(String instruction) {
    return steps.stream()
        .filter(step -> step.startsWith(instruction + " "))
        .map(step -> step.substring(instruction.length() + 1))
        .toList();
  }

  /** What follows an instruction that is there once. */
  String only(String instruction) {
    List<String> all = all(instruction);
    if (all.size() != 1) {
      throw new AssertionError(instruction + ": " + all);
    }
    return all.get(0);
  }

  /** The one step of the build that runs this program. */
  String run(String program) {
    List<String> steps = all("RUN").stream().filter(step -> step.contains(program)).toList();
    if (steps.size() != 1) {
      throw new AssertionError(program + ": " + steps);
    }
    return steps.get(0);
  }

  /** The files of the build's folder that the image gets below {@link #HOME}. */
  List<String> copied() {
    List<String> files = new ArrayList<>();
    for (String copy : all("COPY")) {
      if (!copy.startsWith("--from")) {
        String[] words = copy.split(" ");
        files.addAll(List.of(words).subList(0, words.length - 1));
      }
    }
    return files;
  }

  /** The variables that the image sets. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    for (String settings : all("ENV")) {
      Matcher setting = SETTING.matcher(settings);
      while (setting.find()) {
        environment.put(setting.group(1), setting.group(2));
      }
    }
    return environment;
  }
}
