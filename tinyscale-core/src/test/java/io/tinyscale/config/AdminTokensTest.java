package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.bbb.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens of administrators, and the file with them. */
class AdminTokensTest {

  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";
  private static final String OTHER = "tsk_zyxwvutsrqponmlkjihgfedcba9876543210";

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();

  private AdminSettings settings() {
    ConfigValues values = new ConfigValues(List.of(ConfigSource.environment(environment)));
    Optional<AdminSettings> settings = values.section(AdminSettings::readForExecutable);
    values.refuseProblems();
    return settings.orElseThrow();
  }

  private List<AdminToken> tokens() {
    return settings().tokens().all();
  }

  private Path write(String... lines) throws IOException {
    Path file = Files.write(folder.resolve("tokens"), List.of(lines));
    environment.put("TINYSCALE_ADMIN_TOKENS_FILE", file.toString());
    return file;
  }

  private static String hash(String token) {
    return HexFormat.of().formatHex(AdminToken.sha256(token.getBytes(StandardCharsets.US_ASCII)));
  }

  private String refusal() {
    String[] message = {""};
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::settings)
        .satisfies(refused -> message[0] = refused.getMessage());
    return message[0];
  }

  @Test
  void thereAreNoneByDefault() {
    assertThat(tokens()).isEmpty();
  }

  @Test
  void readsTokensAndHashes() throws IOException {
    write(
        "# who  scope  token", "", "anna\tadmin  " + TOKEN, "  bert operate sha256:" + hash(OTHER));

    assertThat(tokens())
        .containsExactly(
            AdminToken.of("anna", AdminScope.ADMIN, TOKEN),
            AdminToken.of("bert", AdminScope.OPERATE, OTHER));
  }

  @Test
  void aTokenAloneInItsLineHasEveryRight() throws IOException {
    write(TOKEN);

    assertThat(tokens()).containsExactly(AdminToken.of("local", AdminScope.ADMIN, TOKEN));
  }

  @Test
  void oneTokenMayComeWithoutAFile() throws IOException {
    write("bert read " + OTHER);
    environment.put("TINYSCALE_ADMIN_TOKEN", TOKEN);

    assertThat(tokens())
        .containsExactly(
            AdminToken.of("env", AdminScope.ADMIN, TOKEN),
            AdminToken.of("bert", AdminScope.READ, OTHER));
  }

  @Test
  void refusesATokenThatCanBeGuessedAndDoesNotShowIt() {
    environment.put("TINYSCALE_ADMIN_TOKEN", "guess-me");

    assertThat(refusal()).startsWith("admin.token: ***").doesNotContain("guess-me");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anna admin guess-me",
        "anna root " + TOKEN,
        "anna " + TOKEN,
        "anna admin " + TOKEN + " guess-me",
        "an,na admin " + TOKEN,
        "anna admin sha256:5b1d"
      })
  void refusesALineThatIsWrongAndShowsNoToken(String line) throws IOException {
    write("# tokens", line);

    assertThat(refusal())
        .startsWith("admin.tokens.file: ")
        .contains("line 2")
        .doesNotContain(TOKEN, "guess-me");
  }

  @Test
  void refusesTwoTokensOfOneName() throws IOException {
    write("anna read " + TOKEN, "anna admin " + OTHER);

    assertThat(refusal()).contains("line 2", "anna").doesNotContain(TOKEN, OTHER);
  }

  @Test
  void refusesAFileThatIsNotThere() throws IOException {
    Files.delete(write("anna read " + TOKEN));

    assertThat(refusal()).contains("no such file");
  }

  @Test
  void warnsOfAFileThatEverybodyMayRead() throws IOException {
    Files.setPosixFilePermissions(
        write("anna read " + TOKEN), PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(settings().warnings()).anyMatch(line -> line.startsWith("admin.tokens.file: "));
  }

  @Test
  void printsNoToken() throws IOException {
    write("anna read " + TOKEN);

    assertThat(settings().toString()).doesNotContain(TOKEN, hash(TOKEN));
    assertThat(tokens().toString()).doesNotContain(TOKEN, hash(TOKEN));
  }

  @Test
  void refusesATokenThatIsASecret() throws IOException {
    write("anna read " + TOKEN);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> settings().tokens().refuse(List.of(Secret.of("x"), Secret.of(TOKEN))))
        .withMessageContaining("anna")
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(TOKEN));
  }

  @Test
  void opensTheDoorToOtherMachinesOnlyWithTokens() throws IOException {
    environment.put("TINYSCALE_ADMIN_LISTEN", "0.0.0.0:3006");
    assertThat(refusal()).startsWith("admin.listen: 0.0.0.0:3006");

    write("anna read " + TOKEN);

    assertThat(settings().listen()).hasToString("0.0.0.0:3006");
  }

  @Test
  void takesWhatHasChangedSinceTheConfigurationWasRead() throws IOException {
    write("anna read " + TOKEN, "bert admin " + OTHER);
    AdminTokens configured = settings().tokens();
    write("anna read " + TOKEN);

    WatchedTokens watched = new WatchedTokens(configured);

    assertThat(watched.changed(List.of())).hasValueSatisfying(all -> assertThat(all).hasSize(1));
  }

  @Test
  void readsAFileAgainThatWasWrongEvenIfItsVersionStaysTheSame() throws IOException {
    write("anna read " + TOKEN);
    WatchedTokens watched = new WatchedTokens(settings().tokens());
    write("bert admin " + OTHER);
    watched.changed(List.of());
    List<Secret> same = List.of(Secret.of(OTHER));
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> watched.changed(same));
    assertThat(watched.changed(same)).isEmpty();

    assertThat(watched.changed(List.of()))
        .hasValueSatisfying(all -> assertThat(all.get(0).name()).isEqualTo("bert"));
  }

  @Test
  void takesAChangedFileOnceItIsNotWrittenAnyMore() throws IOException {
    write("anna read " + TOKEN);
    WatchedTokens watched = new WatchedTokens(settings().tokens());
    assertThat(watched.changed(List.of())).isEmpty();

    write("anna read " + TOKEN, "bert admin " + OTHER);

    assertThat(watched.changed(List.of())).isEmpty();
    assertThat(watched.changed(List.of())).hasValueSatisfying(all -> assertThat(all).hasSize(2));
    assertThat(watched.changed(List.of())).isEmpty();
  }

  @Test
  void keepsTheTokensIfTheChangedFileIsWrong() throws IOException {
    write("anna read " + TOKEN);
    WatchedTokens watched = new WatchedTokens(settings().tokens());
    write("anna");
    assertThat(watched.changed(List.of())).isEmpty();
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> watched.changed(List.of()));
    assertThat(watched.changed(List.of())).isEmpty();

    write("anna admin " + OTHER);
    watched.changed(List.of());

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> watched.changed(List.of(Secret.of(OTHER))));
  }

  @Test
  void readsNamesOfHosts() {
    environment.put("TINYSCALE_ADMIN_HOSTS", "lb.example.org, LB2");
    assertThat(settings().hosts()).containsExactlyInAnyOrder("lb.example.org", "lb2");

    environment.put("TINYSCALE_ADMIN_HOSTS", "lb.example.org:3006");
    assertThat(refusal()).startsWith("admin.hosts: ");
  }
}
