package io.tinyscale.bench.engine;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a servlet container of this module until its standard input ends. */
@Command(name = "yardstick", hidden = true, description = "A proxy to compare with.")
public final class YardstickCommand implements Callable<Integer> {

  @Option(names = "--kind", required = true)
  private OwnYardstick.Kind kind = OwnYardstick.Kind.JETTY_PROXY;

  @Option(names = "--servers", required = true, split = ",")
  private List<Integer> servers = List.of();

  @Override
  public Integer call() throws Exception {
    ParentWatch.exitWithParent();
    ServerTurns turns = new ServerTurns(servers);
    int port =
        switch (kind) {
          case JETTY_PROXY -> JettyContainer.start(new JettyProxyServlet(turns));
          case BLOCKING_PROXY -> JettyContainer.start(new BlockingProxyServlet(turns));
          case TOMCAT -> TomcatContainer.start();
        };
    System.out.println("ready: " + port);
    Thread.currentThread().join();
    return 0;
  }
}
