package io.tinyscale.bench.compare;

import io.tinyscale.bench.compare.Scenario.Servers;
import io.tinyscale.bench.engine.TinyscaleWar;
import io.tinyscale.bench.engine.TwoBalancers;
import java.util.ArrayList;
import java.util.List;

/** All scenarios. */
final class Scenarios {

  /** The scenario without load, see {@link StartUp}. */
  static final String START = "start";

  private static final int MEETINGS = 1_000;
  private static final int POLLERS = 500;
  private static final int MANY = 2_000;
  private static final int CREATE_RATE = 1_000;
  private static final int RATE = 5_000;

  /** A rate at which two processors also do what 20 servers are asked for each create. */
  private static final int SLOW_CREATE_RATE = 200;

  /** Every pure relay: each call goes to a server. */
  private static final List<String> RELAYS =
      List.of("nginx", "haproxy", "tinyscale", "tinyscale-tomcat", "jetty-proxy", "blocking-proxy");

  /** If tinyscale does more than relay, nginx shows the cost of relaying each call. */
  private static final List<String> TWO = List.of("nginx", "tinyscale");

  /** The less a balancer may rely on knowing all meetings, the more it asks. */
  private static final List<String> BALANCERS =
      List.of(TinyscaleWar.ALONE, TinyscaleWar.NOW, TwoBalancers.SEVERAL, TwoBalancers.STORE);

  private Scenarios() {}

  static List<Scenario> all() {
    Requests requests = new Requests();
    Servers two = Servers.of(2, MEETINGS);
    List<Scenario> all = new ArrayList<>();
    all.add(
        Scenario.of(
                "relay",
                "isMeetingRunning of 1,000 meetings on 2 servers, each call relayed"
                    + " (`cache.ttl=0`)",
                RELAYS,
                two,
                requests.running(MEETINGS))
            .withSetting("cache.ttl", "0"));
    all.add(
        Scenario.of(
                "relay-rate",
                "the same at a fixed rate that all of them can keep",
                RELAYS,
                two,
                requests.running(MEETINGS))
            .withSetting("cache.ttl", "0")
            .withRate(RATE));
    all.add(
        Scenario.of(
            "relay-distinct",
            "isMeetingRunning of 1,000 meetings on 2 servers; answers may be reused, but no two"
                + " calls are equal",
            TWO,
            two,
            requests.runningDistinct(MEETINGS, 100)));
    all.add(
        Scenario.of(
            "relay-cached",
            "isMeetingRunning of 1,000 meetings on 2 servers, everything at its default: equal"
                + " calls reuse an answer of the last second",
            TWO,
            two,
            requests.running(MEETINGS)));
    all.add(
        Scenario.of(
            "join",
            "join of 1,000 meetings on 2 servers: tinyscale redirects, nginx relays the server's"
                + " redirect",
            TWO,
            two,
            requests.join(MEETINGS)));
    all.add(
        Scenario.of(
                "create",
                "create of a new meeting each time, on 2 servers",
                TWO,
                two,
                requests.create())
            // The servers forget meetings at once. tinyscale does so at the next sweep, and its
            // directory is bounded.
            .withRate(CREATE_RATE));
    for (int servers : new int[] {2, 12, 20}) {
      all.add(
          Scenario.of(
                  "create-" + servers,
                  "create of a new meeting each time, on "
                      + servers
                      + " servers, through one balancer or two",
                  BALANCERS,
                  Servers.of(servers, MEETINGS),
                  requests.create())
              .withRate(SLOW_CREATE_RATE));
    }
    all.add(
        Scenario.of(
                "polls",
                "500 callers ask getMeetingInfo of the same meeting",
                TWO,
                two,
                requests.equalPolls())
            .withConnections(POLLERS));
    all.add(
        Scenario.of(
            "mix",
            "80 % isMeetingRunning of 300 meetings, 10 % getMeetingInfo, 5 % join, 5 % create"
                + " and end, on 2 servers",
            TWO,
            Servers.of(2, 300),
            requests.mix()));
    all.add(
        Scenario.of(
                "list",
                "getMeetings of 10,000 meetings on 10 servers, merged, with `-Xmx64m`",
                List.of("tinyscale"),
                Servers.of(10, 10_000),
                requests.list())
            .withJavaOptions("-Xmx64m")
            .withConnections(1));
    all.add(
        Scenario.of("upload", "insertDocument with a body of 64 MB", TWO, two, requests.upload())
            .withConnections(1));
    all.add(
        Scenario.of(
                "download",
                "an answer of 64 MB",
                TWO,
                new Servers(2, MEETINGS, 0, 64_000_000),
                requests.download())
            .withConnections(1));
    all.add(
        Scenario.of(
                "slow",
                "2,000 calls under way on 2 servers that answer after 100 ms (`cache.ttl=0`)",
                RELAYS,
                new Servers(2, MEETINGS, 100, 0),
                requests.runningDistinct(MEETINGS, 10))
            .withSetting("cache.ttl", "0")
            // In Tomcat the calls do not fit in 256 MB.
            .withJavaOptions("-Xmx512m")
            .withConnections(MANY));
    for (int servers : new int[] {1, 10, 100}) {
      all.add(
          Scenario.of(
                  "pool-" + servers,
                  "isMeetingRunning of 1,000 meetings on " + servers + " servers (`cache.ttl=0`)",
                  TWO,
                  Servers.of(servers, MEETINGS),
                  requests.running(MEETINGS))
              .withSetting("cache.ttl", "0"));
      all.add(
          Scenario.of(
              "pool-" + servers + "-join",
              "join of 1,000 meetings on " + servers + " servers",
              TWO,
              Servers.of(servers, MEETINGS),
              requests.join(MEETINGS)));
    }
    all.add(
        Scenario.of(
            "unknown",
            "isMeetingRunning of 100 meetings that do not exist, on 10 servers",
            TWO,
            Servers.of(10, MEETINGS),
            requests.unknown(100)));
    return all;
  }
}
