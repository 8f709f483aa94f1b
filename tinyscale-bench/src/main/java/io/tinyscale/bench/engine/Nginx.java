package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * nginx with {@code proxy_pass} and connections to the servers kept alive. It shows what relaying
 * costs in C.
 *
 * @param program the executable
 */
public record Nginx(Path program) implements Engine {

  private static final String CONFIGURATION =
      """
      %1$sdaemon off;
      worker_processes 2;
      worker_rlimit_nofile 20000;
      pid %2$s/nginx.pid;
      error_log %2$s/nginx-error.log;
      events { worker_connections 8192; }
      http {
        access_log off;
        client_body_temp_path %2$s/body;
        proxy_temp_path %2$s/proxy;
        fastcgi_temp_path %2$s/fastcgi;
        uwsgi_temp_path %2$s/uwsgi;
        scgi_temp_path %2$s/scgi;
        keepalive_requests 1000000000;
        client_max_body_size 0;
        upstream servers {
      %3$s
          keepalive 2048;
          keepalive_requests 1000000000;
        }
        server {
          listen 127.0.0.1:%4$d backlog=4096;
          location / {
            proxy_pass http://servers;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_request_buffering off;
            proxy_max_temp_file_size 0;
          }
        }
      }
      """;

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    int port = FreePort.find();
    // If root starts nginx, its workers run as another user, who has no access to our folder.
    boolean root = System.getProperty("user.name").equals("root");
    Path file = setup.folder().resolve("nginx.conf");
    Files.writeString(
        file,
        CONFIGURATION.formatted(
            root ? "user root;\n" : "", setup.folder(), servers(setup.servers()), port));
    ChildProcess child =
        ChildProcess.start(
            setup.folder().resolve(name() + ".log"),
            List.of(
                program.toString(),
                "-p",
                setup.folder().toString(),
                "-e",
                setup.folder().resolve("nginx-error.log").toString(),
                "-c",
                file.toString()),
            Map.of());
    FreePort.awaitListening(port, child);
    return RunningEngine.program(name(), child, port);
  }

  private static String servers(List<Integer> ports) {
    return ports.stream()
        .map(port -> "    server 127.0.0.1:" + port + " max_fails=0;")
        .collect(Collectors.joining("\n"));
  }
}
