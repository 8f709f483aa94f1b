package io.tinyscale.debian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What the build has made, and programs that judge it. */
final class Built {

  /** The package. */
  static final Path DEB = Path.of(System.getProperty("it.deb")).toAbsolutePath();

  /** A program that is a BigBlueButton server. */
  static final Path SIMULATOR =
      Path.of(System.getProperty("it.simulator")).toAbsolutePath().normalize();

  private Built() {}

  /**
   * What became of a program.
   *
   * @param output what it wrote, errors included
   */
  record Result(int code, String output) {}

  /** Runs a program to its end. */
  static Result run(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
