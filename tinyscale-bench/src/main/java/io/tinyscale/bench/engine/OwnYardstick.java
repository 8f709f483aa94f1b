package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A servlet container of this module, in a process of its own.
 *
 * @param kind what runs in it
 */
public record OwnYardstick(Kind kind) implements Engine {

  /** The programs that run in such a process. */
  public enum Kind {
    /** Jetty's own asynchronous proxy servlet. */
    JETTY_PROXY("jetty-proxy"),
    /** A blocking servlet with a classic HTTP client, like many proxy servlets. */
    BLOCKING_PROXY("blocking-proxy"),
    /** tinyscale's filter in Tomcat. */
    TOMCAT("tinyscale-tomcat");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  private static final Pattern READY = Pattern.compile("^ready: (\\d+)$", Pattern.MULTILINE);

  @Override
  public String name() {
    return kind.label;
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    List<String> javaOptions = new ArrayList<>(setup.javaOptions());
    if (kind == Kind.TOMCAT) {
      javaOptions.addAll(TinyscaleProperties.properties(setup));
    }
    ChildProcess child =
        Subcommand.start(
            name(),
            setup.folder(),
            setup.java(),
            javaOptions,
            List.of("yardstick", "--kind", kind.name(), "--servers", setup.serverList()));
    int port = Integer.parseInt(child.awaitOutput(READY).group(1));
    return RunningEngine.inJava(name(), child, port);
  }
}
