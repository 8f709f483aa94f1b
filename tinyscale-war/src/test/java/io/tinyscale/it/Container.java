package io.tinyscale.it;

import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * A servlet container out of its distribution archive. {@link #start} gives it a fresh base folder
 * with the WAR in it and a free port, in a process of its own, with the header limits that
 * docs/tomcat-jetty.md tells to set.
 */
enum Container {
  TOMCAT_10("it.tomcat10") {
    @Override
    List<String> prepare(Path home, Path base) throws IOException {
      return prepareTomcat(home, base);
    }
  },
  TOMCAT_11("it.tomcat11") {
    @Override
    List<String> prepare(Path home, Path base) throws IOException {
      return prepareTomcat(home, base);
    }
  },
  JETTY_12("it.jetty") {
    @Override
    List<String> prepare(Path home, Path base) throws IOException {
      Path start = Files.createDirectories(base.resolve("start.d"));
      // A file each: after the line of ee10-deploy the port would be a property of ee10 alone.
      Files.writeString(
          start.resolve("http.ini"),
          """
          --module=http
          jetty.http.port=0
          jetty.httpConfig.requestHeaderSize=73728
          jetty.httpConfig.maxResponseHeaderSize=73728
          """);
      Files.writeString(start.resolve("ee10-deploy.ini"), "--module=ee10-deploy\n");
      return List.of("-jar", home.resolve("start.jar").toString(), "jetty.base=" + base);
    }
  };

  private final String home;

  Container(String home) {
    this.home = home;
  }

  /** The distribution, unpacked. */
  Path home() {
    return Path.of(System.getProperty(home));
  }

  /** Writes the base folder; returns the rest of the command line. */
  abstract List<String> prepare(Path home, Path base) throws IOException;

  /**
   * Starts it with the WAR deployed.
   *
   * @param context the name the WAR is deployed under; {@code ROOT} for none
   * @param properties system properties
   */
  Running start(
      Path base, String context, Map<String, String> properties, Map<String, String> environment) {
    try {
      Path webapps = Files.createDirectories(base.resolve("webapps"));
      Files.copy(ExecutableWar.file(), webapps.resolve(context + ".war"));
      List<String> command = command(base, properties);
      String name = name().toLowerCase(Locale.ROOT) + "-" + context;
      return new Running(ChildProcess.start(name, base, command, environment), context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts it with a context file in place of the WAR in {@code webapps}; Tomcat alone has such
   * files.
   *
   * @param contextFile its name is the context path
   */
  Running startWithContextFile(Path base, Path contextFile, Map<String, String> properties) {
    try {
      Path contexts = Files.createDirectories(base.resolve("conf/Catalina/localhost"));
      Files.createDirectories(base.resolve("webapps"));
      Files.copy(contextFile, contexts.resolve(contextFile.getFileName()));
      List<String> command = command(base, properties);
      String context = contextFile.getFileName().toString().replace(".xml", "");
      String name = name().toLowerCase(Locale.ROOT) + "-context-file";
      return new Running(ChildProcess.start(name, base, command, Map.of()), context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(Path base, Map<String, String> properties) throws IOException {
    List<String> command = new ArrayList<>(List.of(ChildProcess.jdk("java")));
    command.addAll(ExecutableWar.QUICK_JVM);
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(prepare(home(), base));
    return command;
  }

  private static List<String> prepareTomcat(Path home, Path base) throws IOException {
    for (String folder : List.of("conf", "logs", "temp", "work")) {
      Files.createDirectories(base.resolve(folder));
    }
    Files.copy(home.resolve("conf/web.xml"), base.resolve("conf/web.xml"));
    Files.writeString(
        base.resolve("conf/server.xml"),
        """
        <Server port="-1">
          <Service name="Catalina">
            <Connector port="0" protocol="HTTP/1.1" maxHttpHeaderSize="73728"
                       maxConnections="400"/>
            <Engine name="Catalina" defaultHost="localhost">
              <Host name="localhost" appBase="webapps" autoDeploy="false"/>
            </Engine>
          </Service>
        </Server>
        """);
    Path logging =
        Files.writeString(
            base.resolve("conf/logging.properties"),
            """
            handlers = java.util.logging.ConsoleHandler
            .handlers = java.util.logging.ConsoleHandler
            java.util.logging.ConsoleHandler.formatter = org.apache.juli.OneLineFormatter
            """);
    return List.of(
        // As its own script does; with the JDK's manager what it says while stopping is lost.
        "-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager",
        "-Djava.util.logging.config.file=" + logging,
        "-Dcatalina.home=" + home,
        "-Dcatalina.base=" + base,
        "-Djava.io.tmpdir=" + base.resolve("temp"),
        "-cp",
        home.resolve("bin/bootstrap.jar") + ":" + home.resolve("bin/tomcat-juli.jar"),
        "org.apache.catalina.startup.Bootstrap",
        "start");
  }

  /** A container that was started. */
  record Running(ChildProcess process, String context) implements AutoCloseable {

    /** Where the WAR is, without a slash at the end, once the container is up. */
    URI awaitUp() {
      // Tomcat says this after it deployed and listens, Jetty when it listens, and it deploys
      // before that.
      Matcher up =
          process.awaitOutput(
              "(?s:Starting ProtocolHandler \\[\"http-nio-\\S*auto-\\d+-(\\d+)\"]"
                  + ".*Server startup in)"
                  + "|Started oejs\\.ServerConnector@.*:(\\d+)}");
      String port = up.group(1) == null ? up.group(2) : up.group(1);
      return URI.create("http://localhost:" + port + path());
    }

    /** The API, once the container is up. */
    URI awaitApi() {
      return URI.create(awaitUp() + "/bigbluebutton/api");
    }

    private String path() {
      return context.equals("ROOT") ? "" : "/" + context;
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
