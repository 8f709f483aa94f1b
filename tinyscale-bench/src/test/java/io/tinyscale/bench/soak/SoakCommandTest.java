package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SoakCommandTest {

  @TempDir private Path folder;

  private final StringWriter errors = new StringWriter();

  private int soak(String... options) throws IOException {
    Path war = Files.createFile(folder.resolve("tinyscale.war"));
    CommandLine command = new CommandLine(new SoakCommand()).setErr(new PrintWriter(errors, true));
    String[] all = new String[options.length + 2];
    all[0] = "--war";
    all[1] = war.toString();
    System.arraycopy(options, 0, all, 2, options.length);
    return command.execute(all);
  }

  @Test
  void aSingleBalancerSharesNoStore() throws IOException {
    assertThat(soak("--store")).isEqualTo(2);
    assertThat(errors).asString().contains("--store: needs --balancers 2 or more");
  }

  @Test
  void refusesMoreBalancersThanHaveNames() throws IOException {
    assertThat(soak("--balancers", "9", "--store")).isEqualTo(2);
    assertThat(errors).asString().contains("--balancers: 1 to 8");
  }
}
