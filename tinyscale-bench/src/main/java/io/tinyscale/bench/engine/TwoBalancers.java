package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two processes of the present version before the same servers. Callers use both.
 *
 * @param war the executable WAR
 * @param store the executable of the store that the two share; null if they share none
 */
public record TwoBalancers(Path war, @Nullable Path store) implements Engine {

  /** The name of two balancers without a store. */
  public static final String SEVERAL = "several";

  /** The name of two balancers with a store. */
  public static final String STORE = "store";

  /**
   * As long as the store is younger than its claims live, it may have lost some, and balancers
   * trust it less. With these settings it is old after a warm-up.
   */
  private static final Map<String, String> SOON_OLD =
      Map.of("timeout.create", "8s", "balancers.store.ttl", "16s");

  private static final List<String> BALANCERS = List.of("a", "b");

  @Override
  public String name() {
    return store == null ? SEVERAL : STORE;
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    Map<String, String> shared = new HashMap<>(TinyscaleWar.OWN_DOOR);
    shared.put("balancers", "several");
    List<ChildProcess> others = new ArrayList<>();
    if (store != null) {
      StoreProcess running = new StoreProcess(store, setup.folder());
      others.add(running.child());
      shared.putAll(SOON_OLD);
      shared.put("balancers.store", "redis://127.0.0.1:" + running.port());
    }
    List<ChildProcess> jvms = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (String balancer : BALANCERS) {
      RunningEngine one = start(balancer, setup, shared);
      jvms.addAll(one.jvms());
      ports.addAll(one.ports());
    }
    return new RunningEngine(name(), jvms, others, ports);
  }

  /** Each has a folder, because balancers that share a store write into their pool files. */
  private RunningEngine start(String balancer, Setup setup, Map<String, String> shared)
      throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>(shared);
    settings.put("balancers.id", balancer);
    Setup own = setup.in(Files.createDirectories(setup.folder().resolve(balancer)));
    return new TinyscaleWar(name() + "-" + balancer, war, settings).start(own);
  }
}
