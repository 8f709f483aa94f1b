package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code token create}. */
class TokenTest {

  @TempDir private Path folder;

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  private static String hashOf(String token) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void printsATokenOnceAndKeepsItsHash() throws Exception {
    Path file = folder.resolve("tokens");

    TestConsole.Result result =
        console.run("token", "create", "anna", "--scope", "admin", "--file", file.toString());

    String token = result.out().strip();
    assertThat(token).matches("tsk_[A-Za-z0-9_-]{43}");
    assertThat(Files.readString(file)).isEqualTo("anna admin sha256:" + hashOf(token) + "\n");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(result.err()).doesNotContain(token);
    assertThat(result.code()).isZero();
    assertThat(door.calls()).isEmpty();
  }

  @Test
  void appendsToWhatIsThere() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), "# ours\nold read sha256:00");

    console
        .with("TINYSCALE_ADMIN_TOKENS_FILE", file.toString())
        .run("token", "create", "new", "--scope", "read");

    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            comment -> assertThat(comment).isEqualTo("# ours"),
            old -> assertThat(old).isEqualTo("old read sha256:00"),
            added -> assertThat(added).startsWith("new read sha256:"));
  }

  @Test
  void keepsNamesApart() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), "anna read sha256:00\n");

    TestConsole.Result result =
        console.run("token", "create", "anna", "--scope", "admin", "--file", file.toString());

    assertThat(result.code()).isEqualTo(6);
    assertThat(result.out()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("anna read sha256:00\n");
  }

  @Test
  void printsTheLineIfThereIsNoFile() throws Exception {
    TestConsole.Result result = console.run("token", "create", "anna", "--scope", "operate");

    assertThat(result.err()).contains("anna operate sha256:" + hashOf(result.out().strip()));
  }

  @Test
  void keepsNoHashOfATokenThatCouldNotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), "old read sha256:00\n");
    String[] create = {"token", "create", "anna", "--scope", "read", "--file", file.toString()};

    TestConsole.Result result = new TestConsole(door).fullDisk().run(create);

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).endsWith("The answer could not be written.\n");
    assertThat(file).hasContent("old read sha256:00");
    assertThat(console.run(create).code()).isZero();
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void makesNoFileWhereALinkLeadsToNothing() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Path link = Files.createSymbolicLink(folder.resolve("tokens"), elsewhere);

    TestConsole.Result result =
        console.run("token", "create", "anna", "--scope", "read", "--file", link.toString());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void appendsWhereALinkLeadsToAFile() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "old read sha256:00\n");
    Path link = Files.createSymbolicLink(folder.resolve("tokens"), elsewhere);

    console.run("token", "create", "anna", "--scope", "read", "--file", link.toString());

    assertThat(Files.readAllLines(elsewhere)).hasSize(2);
    assertThat(link).isSymbolicLink();
  }

  @Test
  void makesAnotherTokenEachTime() {
    assertThat(console.run("token", "create", "a", "--scope", "read").out())
        .isNotEqualTo(console.run("token", "create", "a", "--scope", "read").out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token",
        "token create a --scope root",
        "token create #a --scope read",
        "token create a --scope read --file /nowhere/at/all"
      })
  void refusesWrongArguments(String line) {
    TestConsole.Result result = console.run(line.split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }
}
