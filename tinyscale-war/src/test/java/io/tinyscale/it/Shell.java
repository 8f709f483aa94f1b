package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An administrator's bash, in which {@code tinyscale} is the script of docs/command-line.md. */
final class Shell {

  private static final Pattern SCRIPT = Pattern.compile("(?s)```sh\n(#!/bin/sh\n.*?)```");

  /** What became of a line. */
  record Result(int code, String out, String err) {

    /** All that was seen. */
    String seen() {
      return out + err;
    }
  }

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /** A shell in this folder, whose commands find the door and have the token. */
  Shell(Path folder, URI door, String token) {
    this.folder = folder;
    environment.put("TINYSCALE_URL", door.toString());
    environment.put("TINYSCALE_TOKEN", token);
    environment.put("PATH", install() + ":" + System.getenv("PATH"));
  }

  static String document() {
    try {
      return Files.readString(Path.of("../docs/command-line.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the script looks for a class data archive. */
  Path archive() {
    return folder.resolve("commands.jsa");
  }

  private Path install() {
    Matcher script = SCRIPT.matcher(document());
    assertThat(script.find()).isTrue();
    String text =
        script
            .group(1)
            .replace("/usr/share/tinyscale/tinyscale.war", ExecutableWar.file().toString())
            .replace("/var/cache/tinyscale/commands.jsa", archive().toString())
            .replace("exec java ", "exec " + ChildProcess.jdk("java") + " ");
    try {
      Path programs = Files.createDirectories(folder.resolve("programs"));
      Path program = Files.writeString(programs.resolve("tinyscale"), text);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      return programs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Shell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Runs a line as it would be typed. */
  Result run(String line) {
    try (ChildProcess process = start(line)) {
      int code = process.awaitExit();
      return new Result(code, process.out(), process.err());
    }
  }

  /** Begins to run a line. */
  ChildProcess start(String line) {
    return ChildProcess.start("shell", folder, List.of("bash", "-c", line), environment);
  }
}
