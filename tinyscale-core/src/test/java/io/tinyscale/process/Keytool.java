package io.tinyscale.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JDK's program for keys and certificates. */
public final class Keytool {

  private Keytool() {}

  /** Runs keytool on a key store and expects it to succeed. */
  public static void run(Path store, String password, String... arguments) {
    List<String> command = new ArrayList<>(List.of(ChildProcess.jdk("keytool")));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", password));
    Path folder = store.toAbsolutePath().getParent();
    try (ChildProcess process = ChildProcess.start("keytool", folder, command, Map.of())) {
      assertThat(process.awaitExit()).as(process.out() + process.err()).isZero();
    }
  }
}
