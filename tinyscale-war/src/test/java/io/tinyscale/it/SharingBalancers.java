package io.tinyscale.it;

import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.valkey.RedisServer;
import io.tinyscale.valkey.TcpRelay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import redis.clients.jedis.Jedis;

/** Balancers in this JVM that share a real store, each over a network of its own. */
final class SharingBalancers {

  static final String PASSWORD = "kT5rW8sN3v";

  private final Path folder;
  private final RedisServer redis = RedisServer.start("--requirepass", PASSWORD);
  private final List<Node> nodes = new ArrayList<>();

  /** Balancers whose files are in this folder. */
  SharingBalancers(Path folder) {
    this.folder = folder;
  }

  /** One balancer, and what it has told. */
  static final class Node implements GatewayObserver {

    final TcpRelay network;
    final List<ClaimResult> claims = new CopyOnWriteArrayList<>();
    final List<Confirmed> confirmed = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final Balancer balancer;
    private final TestContainer container;

    /** What happens, once, between the next claim and what follows from it. */
    final AtomicReference<Runnable> afterClaim = new AtomicReference<>(() -> {});

    final FrontEnd frontEnd;

    private Node(String id, Path poolFile, int store, Map<String, String> more) throws Exception {
      network = TcpRelay.to(store);
      Map<String, String> settings = new HashMap<>();
      settings.put("tinyscale.secret", RunningFilter.SECRET);
      settings.put("tinyscale.servers", poolFile.toString());
      settings.put("tinyscale.balancers.id", id);
      settings.put(
          "tinyscale.balancers.store", "redis://:" + PASSWORD + "@127.0.0.1:" + network.port());
      settings.put("tinyscale.health.interval", "1s");
      settings.put("tinyscale.health.timeout", "500ms");
      settings.put("tinyscale.cache.ttl", "0");
      settings.putAll(more);
      TinyscaleConfig config =
          TinyscaleConfig.read(List.of(ConfigSource.properties("the test", settings)));
      balancer = Balancer.of(config).upstream(HttpCoreUpstream.of(config)).observer(this).start();
      container = TestContainer.Jetty.of(balancer.routesWithHealth(), config, balancer::close);
      frontEnd = new FrontEnd(container.port(), RunningFilter.SECRET);
    }

    @Override
    public void claimed(ClaimResult result) {
      claims.add(result);
      afterClaim.getAndSet(() -> {}).run();
    }

    @Override
    public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
      confirmed.add(result);
    }

    @Override
    public void storeDown(String address, String cause) {
      events.add("store down: " + address + " " + cause);
    }

    @Override
    public void storeUp(String address) {
      events.add("store up");
    }

    @Override
    public void serverDown(Server server, String cause) {
      events.add(server.name() + " down");
    }

    private void close() throws Exception {
      container.close();
      network.close();
    }
  }

  /** The store. */
  RedisServer redis() {
    return redis;
  }

  /** Those that were started. */
  List<Node> nodes() {
    return nodes;
  }

  /** Starts a balancer with a pool file of its own. */
  Node start(String id, String poolText, Map<String, String> settings) throws Exception {
    Path own = Files.createDirectories(folder.resolve(id));
    Node node = new Node(id, PoolFiles.write(own, poolText), redis.port(), settings);
    nodes.add(node);
    return node;
  }

  /** Waits until two balancers see each other, in a store that has lost nothing lately. */
  void settle() {
    await()
        .until(
            () ->
                nodes.stream()
                    .allMatch(node -> node.balancer.status().shared().others().size() == 1));
    try (Jedis client = client()) {
      // The store is as old as a claim gets.
      client.del("tinyscale:young");
    }
    await().until(() -> nodes.stream().noneMatch(node -> node.balancer.status().shared().young()));
  }

  /** A connection to the store. */
  Jedis client() {
    Jedis client = redis.client();
    client.auth(PASSWORD);
    return client;
  }

  /** Stops all balancers and the store. */
  void close() throws Exception {
    for (Node node : nodes) {
      node.close();
    }
    redis.close();
  }
}
