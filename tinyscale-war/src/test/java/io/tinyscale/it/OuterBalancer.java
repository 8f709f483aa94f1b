package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** nginx or HAProxy with the configuration that the documents show, before two balancers. */
final class OuterBalancer implements AutoCloseable {

  private static final Path DOCUMENT = Path.of("..", "docs", "several-balancers.md");

  /** The programs; each has one block of the document. */
  enum Kind {
    NGINX("nginx", "tinyscale.conf", "[warn]"),
    HAPROXY("haproxy", "haproxy.cfg", "[WARNING]");

    private final String program;
    private final String file;
    private final String warning;

    Kind(String program, String file, String warning) {
      this.program = program;
      this.file = file;
      this.warning = warning;
    }

    /** Whether it asks a balancer if it is ready, and sends it no call if not. */
    boolean asksWhetherReady() {
      return this == HAPROXY;
    }

    /** Whether it finds the meeting's id in a form, too. */
    boolean readsForms() {
      return this == HAPROXY;
    }

    /** Where it is, not everybody has in the path. */
    private String path() {
      Path usual = Path.of("/usr/sbin", program);
      return Files.isExecutable(usual) ? usual.toString() : program;
    }

    /** The text of the document. */
    private String text() throws IOException {
      Matcher block =
          Pattern.compile("```" + program + "\n(.*?)```", Pattern.DOTALL)
              .matcher(Files.readString(DOCUMENT));
      assertThat(block.find()).as("a block of " + program + " in " + DOCUMENT).isTrue();
      return block.group(1);
    }
  }

  private final Kind kind;
  private final int port;
  private final List<String> command;
  private final Path folder;
  private ChildProcess process;

  private OuterBalancer(Kind kind, int port, Path folder, List<String> command) {
    this.kind = kind;
    this.port = port;
    this.folder = folder;
    this.command = command;
  }

  /** Writes its configuration, with these ports of this machine for the two balancers. */
  static OuterBalancer before(
      Kind kind, int first, int second, TestCertificate certificate, Path folder)
      throws IOException {
    int port = freePort();
    String text = kind.text();
    text = with(text, "10.20.0.11:3005", "127.0.0.1:" + first);
    text = with(text, "10.20.0.12:3005", "127.0.0.1:" + second);
    text = with(text, "/etc/ssl/private/bbb.example.org.pem", certificate.keyPem().toString());
    List<String> command = new ArrayList<>(List.of(kind.path()));
    if (kind == Kind.NGINX) {
      text = with(text, "listen 443 ", "listen 127.0.0.1:" + port + " ");
      Files.writeString(folder.resolve(kind.file), text);
      Path main = Files.writeString(folder.resolve("nginx.conf"), main(kind.file));
      command.addAll(List.of("-p", folder.toString(), "-e", "stderr", "-c", main.toString()));
    } else {
      text = with(text, "bind :443 ", "bind 127.0.0.1:" + port + " ");
      if (!System.getProperty("user.name").equals("root")) {
        // Only root can become somebody else.
        text = text.replaceAll("(?m)^ +(user|group|chroot) .*\n", "");
      }
      Path file = Files.writeString(folder.resolve(kind.file), text);
      command.addAll(List.of("-db", "-f", file.toString()));
    }
    return new OuterBalancer(kind, port, folder, command);
  }

  private static String with(String text, String documented, String here) {
    assertThat(text).contains(documented);
    return text.replace(documented, here);
  }

  /** What includes the files of conf.d, such as Debian's nginx.conf. */
  private static String main(String file) {
    StringBuilder text =
        new StringBuilder("daemon off; master_process off; error_log stderr; pid nginx.pid;\n")
            .append("events {}\nhttp {\n");
    for (String temporary : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      text.append(temporary).append("_temp_path ").append(temporary).append(";\n");
    }
    return text.append("include ").append(file).append(";\n}\n").toString();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Lets the program judge its configuration, which must give no cause for a warning. */
  void check() {
    List<String> check = new ArrayList<>(command);
    check.add(kind == Kind.NGINX ? "-t" : "-c");
    try (ChildProcess checked =
        ChildProcess.start(kind.program + "-check", folder, check, Map.of())) {
      int code = checked.awaitExit();
      String said = checked.out() + checked.err();
      assertThat(code).as(said).isZero();
      assertThat(said).doesNotContain(kind.warning);
    }
  }

  /** Starts it and waits until it takes connections. */
  OuterBalancer start() {
    process = ChildProcess.start(kind.program, folder, command, Map.of());
    await().ignoreExceptions().until(this::listens);
    return this;
  }

  private boolean listens() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    }
  }

  /** The API for front ends. */
  String api() {
    return "https://127.0.0.1:" + port + "/bigbluebutton/api";
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
