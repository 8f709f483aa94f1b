package io.tinyscale.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CompareCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      new CommandLine(new CompareCommand())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @TempDir Path folder;

  @Test
  void tellsScenariosAndEngines() {
    assertThat(commandLine.execute("--list")).isZero();

    assertThat(out.toString())
        .contains("relay: ", "polls: ", "start: ")
        .contains("tinyscale, jetty-proxy, blocking-proxy, tinyscale-tomcat, alone, several");
  }

  @Test
  void refusesScenariosThatItDoesNotKnow() {
    assertThat(commandLine.execute("--scenarios", "relay,rely")).isEqualTo(2);

    assertThat(err.toString()).contains("--scenarios: rely (expected: some of relay, ");
  }

  @Test
  void refusesEnginesThatAreNotThere() {
    assertThat(commandLine.execute("--engines", "envoy")).isEqualTo(2);

    assertThat(err.toString()).contains("--engines: envoy (expected: some of ");
  }

  @Test
  void saysWhenTheWarIsNotThere() {
    String war = folder.resolve("tinyscale.war").toString();

    assertThat(commandLine.execute("--war", war)).isEqualTo(2);

    assertThat(err.toString()).contains(war + " is not there");
  }

  @Test
  void anEarlierVersionIsOneMoreEngine() {
    String earlier = folder.resolve("before.war").toString();

    assertThat(commandLine.execute("--list", "--before", earlier)).isZero();

    assertThat(out.toString()).contains("tinyscale, before, jetty-proxy");
  }

  @Test
  void comparesWithTheSameVersionUnderOtherSettings() {
    assertThat(commandLine.execute("--list", "--before-setting", "admin.listen=off")).isZero();

    assertThat(out.toString()).contains("tinyscale, before, jetty-proxy");
  }

  @Test
  void hasNoEngineBeforeWithoutItsWar() {
    assertThat(commandLine.execute("--engines", "tinyscale,before")).isEqualTo(2);

    assertThat(err.toString()).contains("--engines: before (expected: some of ");
  }

  @Test
  void saysWhenTheEarlierWarIsNotThere() throws Exception {
    String war = Files.createFile(folder.resolve("tinyscale.war")).toString();
    String earlier = folder.resolve("before.war").toString();

    assertThat(commandLine.execute("--war", war, "--before", earlier)).isEqualTo(2);

    assertThat(err.toString()).contains("--before: " + earlier + " is not there");
  }

  @Test
  void refusesRoundsWithoutLength() throws Exception {
    String war = Files.createFile(folder.resolve("tinyscale.war")).toString();

    assertThat(commandLine.execute("--war", war, "--seconds", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("must be at least 1");

    assertThat(commandLine.execute("--war", war, "--rounds", "many")).isEqualTo(2);
    assertThat(err.toString()).contains("'many' is not an int");
  }

  @Test
  void theEarlierVersionRunsTheSameScenarios() {
    assertThat(Scenarios.all()).isNotEmpty();
    assertThat(Scenarios.all())
        .allSatisfy(
            scenario ->
                assertThat(scenario.takes("before"))
                    .as(scenario.name())
                    .isEqualTo(scenario.engines().contains("tinyscale")));
  }

  @Test
  void comparesOneBalancerWithTwoInPoolsOfThreeSizes() {
    assertThat(Scenarios.all())
        .filteredOn(scenario -> scenario.takes("several"))
        .allSatisfy(
            scenario ->
                assertThat(scenario.engines())
                    .containsExactlyInAnyOrder("alone", "tinyscale", "several", "store"))
        .extracting(Scenario::name, scenario -> scenario.servers().count())
        .containsExactly(tuple("create-2", 2), tuple("create-12", 12), tuple("create-20", 20));
  }

  @Test
  void everyEngineOfAScenarioExists() {
    assertThat(Scenarios.all())
        .flatExtracting(Scenario::engines)
        .isSubsetOf(
            "nginx",
            "haproxy",
            "tinyscale",
            "tinyscale-tomcat",
            "jetty-proxy",
            "blocking-proxy",
            "alone",
            "several",
            "store");
  }
}
