package io.tinyscale.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.debian.Built.Result;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the package to the first room, and back. */
@Tag("parts")
class InstallationIT {

  /** A command that the package tells to run: in a line of its own, or behind a colon. */
  private static final Pattern NEXT = Pattern.compile("(?m)^(?:[0-9]\\..*: {2,}| {5})(\\S.*)$");

  private static final String POOL = "/var/lib/tinyscale/servers.json";

  /** Notes what it is asked, in place of systemd. */
  private static final String RECORDER =
      """
      mkdir -p /run/systemd/system
      rm -f /usr/sbin/policy-rc.d
      rm -f /bin/systemctl /usr/bin/systemctl
      printf '#!/bin/sh\\necho "$@" >> /run/systemctl.log\\n' > /usr/bin/systemctl
      chmod 755 /usr/bin/systemctl
      touch /run/systemctl.log
      """;

  private static Machines machines;
  private static Machine installed;

  @BeforeAll
  static void open() {
    machines = Machines.open();
    installed = machines.copy();
    try (Machine machine = installed) {
      machine.install();
    }
  }

  @AfterAll
  static void close() {
    machines.close();
  }

  @Test
  void leadsToTheFirstRoomInFiveCommands() {
    try (Machine machine = machines.copy()) {
      String said = machine.install();
      Machine.Server server = machine.startServer("bbb1");
      List<String> next =
          NEXT.matcher(said).results().map(found -> found.group(1).strip()).toList();

      assertThat(next).as(said).hasSize(4);
      assertThat(next.get(0)).contains("https://bbb1.example.org");
      machine.succeed(
          "echo "
              + server.secret()
              + " | "
              + next.get(0).replace("https://bbb1.example.org", server.url()));
      assertThat(next.get(1)).isEqualTo("systemctl start tinyscale");
      machine.startService();
      machine.awaitReady();
      assertThat(machine.succeed(next.get(2))).startsWith("Rooms open. 1 of 1 servers");
      assertThat(machine.succeed(next.get(3))).matches("[0-9a-f]{64}");
      assertThat(machine.call("create", "name=Math&meetingID=math"))
          .startsWith("HTTP/1.1 200")
          .contains("<returncode>SUCCESS<");
      assertThat(machine.succeed("tinyscale find math")).startsWith("math is on bbb1");
      assertThat(machine.log()).doesNotContain("WARN").doesNotContain("ERROR");
    }
  }

  @Test
  void secretsAreReadByRootAndTheServiceAlone() {
    try (Machine machine = machines.copyOf(installed)) {
      assertThat(
              machine.succeed(
                  "cd / && stat --format '%U:%G %a %n' etc/tinyscale/* var/lib/tinyscale"
                      + " var/cache/tinyscale var/cache/tinyscale/*"))
          .isEqualTo(
              """
              root:tinyscale 640 etc/tinyscale/admin.token
              root:tinyscale 640 etc/tinyscale/secret
              root:root 644 etc/tinyscale/tinyscale.conf
              tinyscale:tinyscale 750 var/lib/tinyscale
              root:root 755 var/cache/tinyscale
              root:root 644 var/cache/tinyscale/tinyscale.jsa\
              """);
      assertThat(machine.succeed("cat /etc/tinyscale/admin.token")).matches("tsk_[0-9a-f]{64}");
      assertThat(machine.succeed("cd /etc/systemd/system; ls *.target.wants/tinyscale.service"))
          .isEqualTo("multi-user.target.wants/tinyscale.service");
    }
  }

  @Test
  void anUpgradeKeepsEverythingAndStartsTheServiceAgain() {
    try (Machine machine = machines.copyOf(installed)) {
      machine.succeed(RECORDER);
      machine.succeed("echo '[]' > " + POOL);
      machine.succeed("echo TINYSCALE_STOP_WAIT=1s >> /etc/tinyscale/tinyscale.conf");
      String kept = "cd /etc/tinyscale; cat secret admin.token tinyscale.conf " + POOL;
      String before = machine.succeed(kept);
      machine.succeed(
          "dpkg-deb -R "
              + Machine.DEB
              + " /tmp/new && sed -i 's/^Version:.*/Version: 9.0/' /tmp/new/DEBIAN/control"
              + " && echo '# a new comment' >> /tmp/new/etc/tinyscale/tinyscale.conf"
              + " && dpkg-deb -Znone -b /tmp/new /tmp/new.deb");

      String upgrade = machine.succeed("dpkg --force-confold --install /tmp/new.deb");

      assertThat(machine.succeed(kept)).isEqualTo(before);
      assertThat(upgrade).doesNotContain("What to do next");
      assertThat(machine.succeed("cat /run/systemctl.log")).contains("restart tinyscale.service");
    }
  }

  @Test
  void aPurgeLeavesNothingButTheUser() {
    try (Machine machine = machines.copy()) {
      machine.succeed(RECORDER);
      String files = "find /etc /usr /var -xdev -name '*tinyscale*' -not -path '/var/cache/man/*'";
      String before = machine.succeed(files);
      machine.install();
      assertThat(machine.succeed("cat /run/systemctl.log"))
          .as("nothing is started without servers")
          .contains("daemon-reload")
          .doesNotContain("start");
      machine.addServer();
      machine.succeed("mkdir /var/lib/tinyscale/callbacks");

      machine.succeed("dpkg --remove tinyscale");

      assertThat(machine.succeed("cat /run/systemctl.log")).contains("stop tinyscale.service");
      assertThat(machine.succeed("ls /etc/tinyscale /var/lib/tinyscale"))
          .contains("secret", "admin.token", "tinyscale.conf", "servers.json");
      machine.succeed("test ! -e /var/cache/tinyscale");

      machine.succeed("dpkg --purge tinyscale");

      assertThat(machine.succeed(files)).isEqualTo(before);
      machine.succeed("getent passwd tinyscale");
    }
  }

  /** Tells one archive from another. */
  private static String archive(Machine machine) {
    return machine.succeed("stat --format %i-%Y /var/cache/tinyscale/tinyscale.jsa");
  }

  private static String agedArchive(Machine machine) {
    machine.succeed("touch --date 2020-01-01 /var/cache/tinyscale/tinyscale.jsa");
    return archive(machine);
  }

  @Test
  void anotherJavaMakesTheArchiveAnew() {
    try (Machine machine = machines.copyOf(installed)) {
      String before = agedArchive(machine);
      machine.succeed(
          """
          mkdir -p /tmp/java/DEBIAN /tmp/java/usr/lib/jvm/another
          printf 'Package: another-java\\nVersion: 1\\nArchitecture: all\\nMaintainer: a <a@b.c>\\nDescription: x\\n' \
            > /tmp/java/DEBIAN/control
          touch /tmp/java/usr/lib/jvm/another/release
          dpkg-deb -Znone -b /tmp/java /tmp/java.deb
          """);

      machine.succeed("dpkg --install /tmp/java.deb");

      assertThat(archive(machine)).isNotEqualTo(before);
    }
  }

  /** As libpam-tmpdir gives it to root: the user of the service does not get in. */
  @Test
  void theArchiveIsMadeWhereverTheTemporaryFilesOfRootAre() {
    try (Machine machine = machines.copyOf(installed)) {
      String before = agedArchive(machine);

      machine.succeed("mkdir -m 700 /tmp/root; TMPDIR=/tmp/root /usr/lib/tinyscale/archive");

      assertThat(archive(machine)).isNotEqualTo(before);
    }
  }

  @Test
  void aFullDiskKeepsNoHalfArchive() {
    try (Machine machine = machines.copyOf(installed)) {
      machine.succeed("mount -t tmpfs -o size=64k tmpfs /var/cache/tinyscale");

      Result full = machine.run("/usr/lib/tinyscale/archive");

      assertThat(full.code()).as(full.output()).isNotZero();
      assertThat(full.output()).contains("No space left on device");
      assertThat(machine.succeed("ls -A /var/cache/tinyscale")).isEmpty();
    }
  }

  /** What starts tinyscale is what `java` means, not what the package depends on. */
  @Test
  void saysThatTheJavaOfTheMachineIsTooOld() {
    try (Machine machine = machines.copy()) {
      machine.succeed(
          """
          printf '#!/bin/sh\\necho "    java.specification.version = $(cat /tmp/version)" >&2\\n' \
            > /usr/local/bin/java
          chmod 755 /usr/local/bin/java
          """);
      for (String version : List.of("1.8", "11", "16")) {
        assertThat(
                machine.succeed(
                    "echo " + version + " > /tmp/version; dpkg --install " + Machine.DEB))
            .contains("tinyscale: /usr/local/bin/java is Java " + version + ".")
            .contains("17 or newer. Set JAVA_HOME in /etc/tinyscale/tinyscale.conf")
            .doesNotContain("only slower");
      }
      machine.succeed("printf '#!/bin/sh\\nexit 1\\n' > /usr/local/bin/java");
      assertThat(machine.run("/usr/lib/tinyscale/archive").output())
          .contains("tinyscale: /usr/local/bin/java is no Java that works.");

      machine.succeed(
          "echo JAVA_HOME=$(dirname $(dirname $(readlink -f /usr/bin/java)))"
              + " >> /etc/tinyscale/tinyscale.conf");
      assertThat(machine.succeed("/usr/lib/tinyscale/archive")).isEmpty();
      machine.succeed("test -s /var/cache/tinyscale/tinyscale.jsa");
    }
  }

  /** What root's own balancer wrote the service could not read. */
  @Test
  void aBalancerThatRootStartsRunsAsTheService() {
    try (Machine machine = machines.copyOf(installed)) {
      machine.addServer();
      machine.succeed(
          "printf '%s\\n' TINYSCALE_RELAY_URL=http://127.0.0.1:3005 JAVA_OPTS=-Xmx96m"
              + " >> /etc/tinyscale/tinyscale.conf");
      for (String arguments : List.of("serve", "--port 4005", "--host=127.0.0.1 --port=4005")) {
        // At a terminal, as root starts it.
        machine.succeed(
            "rm -f /run/keys /run/terminal; mkfifo /run/keys; script -qefc 'tinyscale "
                + arguments
                + "' /run/terminal <> /run/keys > /dev/null &");
        machine.awaitSuccess("grep '^admin door: ' /run/terminal");

        assertThat(machine.succeed("ps -o user:20=,args= -C java | grep -v simulator"))
            .as(arguments)
            .matches("tinyscale .* -Xmx96m .*tinyscale\\.war " + arguments);
        // Not by Ctrl-C, which whoever runs the tests may have told all its children to ignore.
        machine.succeed("pkill -u tinyscale java");
        machine.awaitSuccess("! pgrep -u tinyscale java");
      }
      assertThat(machine.succeed("find /var/lib/tinyscale -not -user tinyscale")).isEmpty();
      assertThat(machine.succeed("ls /var/lib/tinyscale")).contains("callbacks");
      machine.startService();
      machine.awaitReady();
      assertThat(machine.log()).doesNotContain("WARN").doesNotContain("ERROR");
    }
  }

  @Test
  void anArchiveThatDoesNotFitLeavesTheAnswersClean() {
    try (Machine machine = machines.copyOf(installed)) {
      machine.addServer();
      machine.startService();
      machine.awaitReady();
      String servers = "tinyscale servers --json";
      assertThat(machine.succeed(servers)).startsWith("{").endsWith("}");

      machine.succeed("touch /usr/share/tinyscale/tinyscale.war");
      assertThat(machine.succeed(servers)).as("of another file").startsWith("{").endsWith("}");
      for (String other : List.of("echo nonsense >", "touch", "mkdir")) {
        // The service goes on with the file that it began with.
        machine.succeed(
            "cd /var/cache/tinyscale && "
                + other
                + " other && rm --force --recursive tinyscale.jsa && mv other tinyscale.jsa");

        assertThat(machine.succeed(servers)).as(other).startsWith("{").endsWith("}");
      }
    }
  }

  @Test
  void commandsAndServiceReadTheSettings() {
    try (Machine machine = machines.copyOf(installed)) {
      machine.addServer();
      String conf = "/etc/tinyscale/tinyscale.conf";
      assertThat(machine.succeed("tinyscale check")).contains("expected-load reserve=30");

      machine.succeed(
          "printf '%s\\n' '' 'TINYSCALE_PLACEMENT_RESERVE=\"40\"' 'PORT=4005'"
              + " 'JAVA_OPTS=-Xmx96m -XX:+UseSerialGC' >> "
              + conf);
      assertThat(machine.succeed("tinyscale check")).contains("expected-load reserve=40");
      assertThat(machine.succeed("TINYSCALE_PLACEMENT_RESERVE=50 tinyscale check"))
          .contains("reserve=50");
      assertThat(machine.succeed("TINYSCALE_PLACEMENT=round-robin tinyscale check"))
          .contains("round-robin")
          .doesNotContain("placement.history");
      machine.startService();
      machine.awaitReady();
      assertThat(machine.log()).contains(":4005/bigbluebutton/api");
      assertThat(machine.succeed("tr '\\0' ' ' < /proc/$(pgrep -u tinyscale java)/cmdline"))
          .contains(" -Xmx96m -XX:+UseSerialGC ");

      machine.succeed("echo 'TINYSCALE-SECRET=geheim' >> " + conf);
      Result refused = machine.run("tinyscale status");
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.output())
          .startsWith(conf + ": line ")
          .endsWith(" is no setting of tinyscale, NAME=VALUE")
          .doesNotContain("geheim");
    }
  }

  /** A default that the file shows and that nobody could set would mislead. */
  @Test
  void everyValueThatTheFileShowsIsTaken() {
    try (Machine machine = machines.copyOf(installed)) {
      machine.addServer();
      machine.succeed(
          "sed -i -E 's/^#((TINYSCALE|PORT)[A-Z_]*=.+)/\\1/' /etc/tinyscale/tinyscale.conf");
      assertThat(machine.succeed("grep -c ^TINYSCALE_ /etc/tinyscale/tinyscale.conf"))
          .matches("[3-9][0-9]");

      assertThat(machine.succeed("tinyscale check")).contains("The configuration and 1 server");
    }
  }

  @Test
  void unitPagesAndCompletionAreInOrder() {
    try (Machine machine = machines.copyOf(installed)) {
      assertThat(machine.succeed("systemd-analyze verify tinyscale.service")).isEmpty();
      assertThat(machine.succeed("MANPAGER=cat man -P cat tinyscale.conf"))
          .contains("TINYSCALE_HEALTH_INTERVAL");
      assertThat(machine.succeed("man -P cat tinyscale")).contains("drain");
      assertThat(
              machine.succeed(
                  "source /usr/share/bash-completion/completions/tinyscale; COMP_WORDS=(tinyscale"
                      + " cor); COMP_CWORD=1; _complete_tinyscale 2> /dev/null; echo"
                      + " ${COMPREPLY[@]}"))
          .isEqualTo("cordon");
      assertThat(machine.succeed("tinyscale")).contains("Exit codes:");
    }
  }
}
