package io.tinyscale.bench.soak;

import io.tinyscale.bench.engine.StoreProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The store that the balancers of a run share, and the line of each balancer to it. */
final class Store implements AutoCloseable {

  private final StoreProcess process;
  private final Map<String, StoreLine> lines = new LinkedHashMap<>();
  private final long started = Span.now();

  /**
   * Starts the store.
   *
   * @param program the executable of the store
   * @param folder for its logs
   * @param balancers their names
   */
  Store(Path program, Path folder, List<String> balancers) throws IOException {
    process = new StoreProcess(program, folder);
    try {
      for (String balancer : balancers) {
        lines.put(balancer, new StoreLine(process.port()));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** The environment variables that let a balancer share the store. */
  Map<String, String> environment(String balancer) {
    Map<String, String> environment = new HashMap<>(Timing.storeEnvironment());
    environment.put("TINYSCALE_BALANCERS_ID", balancer);
    environment.put("TINYSCALE_BALANCERS_STORE", "redis://127.0.0.1:" + port(balancer));
    return environment;
  }

  /** The port at which a balancer reaches the store. */
  int port(String balancer) {
    return line(balancer).port();
  }

  /**
   * The trouble that it is for balancers that the store has just been started, and holds nothing.
   */
  Trouble start() {
    return Trouble.ofStore("start", new Span(started, Span.now()));
  }

  /** Begins a fault. */
  void begin(Act act) {
    switch (act.kind()) {
      case KILL_STORE -> process.kill();
      case FREEZE_STORE -> process.freeze();
      case CUT_STORE -> lines.values().forEach(StoreLine::cut);
      case CUT_FROM_STORE -> line(act.detail()).cut();
      default -> throw new IllegalArgumentException(act + " does not concern the store");
    }
  }

  /** Ends a fault. */
  void end(Act act) {
    switch (act.kind()) {
      case KILL_STORE -> process.startAgain();
      case FREEZE_STORE -> process.goOn();
      case CUT_STORE -> lines.values().forEach(StoreLine::mend);
      case CUT_FROM_STORE -> line(act.detail()).mend();
      default -> throw new IllegalArgumentException(act + " does not concern the store");
    }
  }

  private StoreLine line(String balancer) {
    StoreLine line = lines.get(balancer);
    if (line == null) {
      throw new IllegalStateException("no balancer " + balancer);
    }
    return line;
  }

  @Override
  public void close() {
    lines.values().forEach(StoreLine::close);
    process.close();
  }
}
