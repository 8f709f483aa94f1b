package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.launcher.cli.Commands;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts and the shell itself make of the commands. */
class CommandScriptsIT {

  @TempDir private Path folder;

  private RunningDoor running;
  private Shell shell;
  private final Set<Integer> codes = new TreeSet<>();

  @BeforeEach
  void start() {
    running = new RunningDoor(folder);
    shell = new Shell(folder, running.door(), RunningDoor.ADMIN);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private void assertEnds(Shell with, String line, int code, String seen) {
    Shell.Result result = with.run(line);

    assertThat(result.code()).as(line + "\n" + result.seen()).isEqualTo(code);
    assertThat(result.seen()).contains(seen);
    codes.add(code);
  }

  @Test
  void eachExitCodeTellsWhatBecameOfACommand() throws IOException {
    Files.writeString(folder.resolve("wrong"), "no-secret-of-a-server-0");
    Shell reader = new Shell(folder, running.door(), RunningDoor.READ);

    assertEnds(shell, "tinyscale servers", 0, "2 available");
    assertEnds(shell, "tinyscale find nothing", 1, "nothing is on no server.");
    assertEnds(shell, "tinyscale serverss", 2, "Did you mean servers?");
    assertEnds(shell, "tinyscale drain bbb1 --dead 2h", 2, "Did you mean --deadline?");
    String add = "tinyscale add bbb9 --secret-file wrong --host " + running.server(0).uri();
    assertEnds(shell, add, 3, "bbb9 refuses the secret");
    assertEnds(shell, "tinyscale servers --url http://127.0.0.1:1", 4, "Cannot reach");
    assertEnds(reader, "tinyscale cordon bbb1", 5, "scope operate");
    assertEnds(shell, "tinyscale cordon bbb1 bbb2", 6, "bbb2: ");
    assertEnds(shell, "tinyscale cordon bbb2 --force", 0, "bbb2: cordoned");
    assertEnds(shell, "tinyscale status", 1, "NO ROOM CAN BE OPENED.");

    assertThat(codes).isEqualTo(Commands.exitCodes().keySet());
  }

  @Test
  void printsNothingButTheJsonWhateverTheArchiveOfClassesIs() throws IOException {
    Path other = Files.copy(ExecutableWar.file(), folder.resolve("other.war"));
    List<String> archive =
        List.of(
            ChildProcess.jdk("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:ArchiveClassesAtExit=" + shell.archive(),
            "-jar",
            other.toString(),
            "--version");
    try (ChildProcess process = ChildProcess.start("archive", folder, archive, Map.of())) {
      assertThat(process.awaitExit()).isZero();
    }
    assertThat(shell.archive()).exists();
    running.create("math");
    AdminDocument document = new AdminDocument(running.admin());

    Map.of(
            "servers", "Servers",
            "server bbb1", "Server",
            "status", "Status",
            "meetings", "Meetings",
            "find math", "Meeting",
            "events", "Events",
            "reload", "PoolChange",
            "probe bbb1", "Probe",
            "balancers", "Status")
        .forEach(
            (command, schema) -> {
              Shell.Result result = shell.run("tinyscale " + command + " --json");
              assertThat(result.code()).as(command).isZero();
              document.assertDescribes(schema, result.out());
              assertThat(result.err()).as(command).isEmpty();
            });
  }

  @Test
  void anAnswerThatTheDiskDoesNotTakeIsAFailure() throws IOException {
    String unwritten = "The answer could not be written.";
    String create = "tinyscale token create bert --scope read --file tokens.new";

    for (String line : List.of("tinyscale servers", "tinyscale settings-file", create)) {
      Shell.Result result = shell.run(line + " > /dev/full");

      assertThat(result.err()).as(line).contains(unwritten);
      assertThat(result.code()).as(line).isEqualTo(4);
    }
    assertThat(folder.resolve("tokens.new")).isEmptyFile();
    assertThat(shell.run(create).code()).isZero();
    assertThat(folder.resolve("tokens.new")).isNotEmptyFile();
  }

  @Test
  void bashCompletesTheNamesOfTheServersThatTheDoorTells() {
    Shell.Result result =
        shell.run(
            "source <(tinyscale completion bash); complete -p tinyscale;"
                + " COMP_WORDS=(tinyscale cordon bbb); COMP_CWORD=2; _complete_tinyscale 2>/dev/null;"
                + " printf '%s\\n' \"${COMPREPLY[@]}\"");

    assertThat(result.out().lines()).endsWith("bbb1", "bbb2");
    assertThat(result.out()).contains("-F _complete_tinyscale tinyscale\nbbb1\n");
  }

  @Test
  void withoutArgumentsTheScriptExplainsItself() {
    Shell.Result nothing = shell.run("tinyscale");

    assertThat(nothing.code()).isZero();
    assertThat(nothing.out()).contains("drain", "Exit codes:");
  }
}
