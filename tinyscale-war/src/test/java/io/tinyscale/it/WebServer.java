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

/** A web server with the configuration that a document shows, before one balancer or two. */
final class WebServer implements AutoCloseable {

  /** The programs. */
  enum Kind {
    NGINX("nginx", "tinyscale.conf", "[warn]"),
    HAPROXY("haproxy", "haproxy.cfg", "[WARNING]"),
    CADDY("caddy", "Caddyfile", "\"warn\"");

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
  }

  /** The configurations that documents show; each is the only block of its program there. */
  enum Shown {
    NGINX_BEFORE_ONE(Kind.NGINX, "reverse-proxy.md", "127.0.0.1:3005"),
    HAPROXY_BEFORE_ONE(Kind.HAPROXY, "reverse-proxy.md", "127.0.0.1:3005"),
    CADDY_BEFORE_ONE(Kind.CADDY, "reverse-proxy.md", "127.0.0.1:3005"),
    NGINX_BEFORE_TWO(Kind.NGINX, "several-balancers.md", "10.20.0.11:3005", "10.20.0.12:3005"),
    HAPROXY_BEFORE_TWO(Kind.HAPROXY, "several-balancers.md", "10.20.0.11:3005", "10.20.0.12:3005");

    private final Kind kind;
    private final Path document;
    private final List<String> balancers;

    Shown(Kind kind, String document, String... balancers) {
      this.kind = kind;
      this.document = Path.of("..", "docs", document);
      this.balancers = List.of(balancers);
    }

    /** The program. */
    Kind kind() {
      return kind;
    }

    /** How many balancers it stands before. */
    int balancers() {
      return balancers.size();
    }

    private String text(List<Integer> ports, TestCertificate certificate) throws IOException {
      Matcher block =
          Pattern.compile("```" + kind.program + "\n(.*?)```", Pattern.DOTALL)
              .matcher(Files.readString(document));
      assertThat(block.find()).as("a block of " + kind.program + " in " + document).isTrue();
      String text = block.group(1);
      for (int i = 0; i < balancers.size(); i++) {
        text = with(text, balancers.get(i), "127.0.0.1:" + ports.get(i));
      }
      return with(text, "/etc/ssl/private/bbb.example.org.pem", certificate.keyPem().toString());
    }
  }

  private final Kind kind;
  private final int port;
  private final List<String> options;
  private final Path folder;
  private ChildProcess process;

  private WebServer(Kind kind, int port, Path folder, List<String> options) {
    this.kind = kind;
    this.port = port;
    this.folder = folder;
    this.options = options;
  }

  /** Writes its configuration, with these ports of this machine for the balancers. */
  static WebServer of(
      Shown shown, List<Integer> balancers, TestCertificate certificate, Path folder)
      throws IOException {
    int port = freePort();
    Kind kind = shown.kind;
    String text = shown.text(balancers, certificate);
    Path file = folder.resolve(kind.file);
    List<String> options =
        switch (kind) {
          case NGINX -> {
            text = with(text, "listen 443 ", "listen 127.0.0.1:" + port + " ");
            Path main = Files.writeString(folder.resolve("nginx.conf"), main(kind.file));
            yield List.of("-p", folder.toString(), "-e", "stderr", "-c", main.toString());
          }
          case HAPROXY -> {
            text = with(text, "bind :443 ", "bind 127.0.0.1:" + port + " ");
            if (!System.getProperty("user.name").equals("root")) {
              // Only root can become somebody else.
              text = text.replaceAll("(?m)^ +(user|group|chroot) .*\n", "");
            }
            yield List.of("-db", "-f", file.toString());
          }
          case CADDY -> {
            String global = "{\n\tadmin off\n\thttp_port " + freePort() + "\n}\n\n";
            text = global + with(text, "bbb.example.org {", "https://127.0.0.1:" + port + " {");
            yield List.of("--config", file.toString(), "--adapter", "caddyfile");
          }
        };
    Files.writeString(file, text);
    return new WebServer(kind, port, folder, options);
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

  /** The program with these words before its options and after. */
  private ChildProcess run(String name, List<String> before, List<String> after) {
    List<String> command = new ArrayList<>(List.of(kind.path()));
    command.addAll(before);
    command.addAll(options);
    command.addAll(after);
    // Where Caddy keeps certificates of its own.
    return ChildProcess.start(name, folder, command, Map.of("XDG_DATA_HOME", folder.toString()));
  }

  /** Lets the program judge its configuration, which must give no cause for a warning. */
  void check() {
    List<String> before = kind == Kind.CADDY ? List.of("adapt") : List.of();
    List<String> after =
        switch (kind) {
          case NGINX -> List.of("-t");
          case HAPROXY -> List.of("-c");
          case CADDY -> List.of();
        };
    try (ChildProcess checked = run(kind.program + "-check", before, after)) {
      int code = checked.awaitExit();
      String said = checked.out() + checked.err();
      assertThat(code).as(said).isZero();
      assertThat(said).doesNotContain(kind.warning);
    }
  }

  /** Starts it and waits until it takes connections. */
  WebServer start() {
    process = run(kind.program, kind == Kind.CADDY ? List.of("run") : List.of(), List.of());
    await().ignoreExceptions().until(this::listens);
    return this;
  }

  private boolean listens() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    }
  }

  /** Its address without a path. */
  String address() {
    return "https://127.0.0.1:" + port;
  }

  /** The API for front ends. */
  String api() {
    return address() + "/bigbluebutton/api";
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
