package io.tinyscale.bench.engine;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The bytes that the threads of an engine's JVMs allocate on the heap, as those JVMs count them.
 * Loads the management agent into the JVMs, which costs memory: use it after all other
 * measurements.
 */
public final class Allocations implements AutoCloseable {

  private final List<Jvm> jvms = new ArrayList<>();

  private Allocations() {}

  /** Starts to count. */
  public static Allocations of(RunningEngine engine) throws IOException {
    Allocations allocations = new Allocations();
    try {
      for (ChildProcess jvm : engine.jvms()) {
        allocations.jvms.add(Jvm.of(jvm.pid()));
      }
      return allocations;
    } catch (IOException e) {
      allocations.close();
      throw e;
    }
  }

  /** Bytes allocated since the start by the threads that are alive now. */
  public long bytes() {
    return jvms.stream().mapToLong(Jvm::bytes).sum();
  }

  @Override
  public void close() throws IOException {
    for (Jvm jvm : jvms) {
      jvm.connector.close();
    }
  }

  /** One JVM. */
  private static final class Jvm {

    private final JMXConnector connector;
    private final ThreadMXBean threads;
    private final Map<Long, Long> before;

    private Jvm(JMXConnector connector, ThreadMXBean threads) {
      this.connector = connector;
      this.threads = threads;
      this.before = byThread();
    }

    static Jvm of(long pid) throws IOException {
      String address;
      try {
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
        try {
          address = machine.startLocalManagementAgent();
        } finally {
          machine.detach();
        }
      } catch (AttachNotSupportedException e) {
        throw new IOException(e);
      }
      JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
      ThreadMXBean threads =
          ManagementFactory.newPlatformMXBeanProxy(
              connector.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class);
      return new Jvm(connector, threads);
    }

    long bytes() {
      return byThread().entrySet().stream()
          .mapToLong(entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L))
          .sum();
    }

    /** Leaves out the threads that answer these questions, which allocate, too. */
    private Map<Long, Long> byThread() {
      long[] ids = threads.getAllThreadIds();
      long[] bytes = threads.getThreadAllocatedBytes(ids);
      ThreadInfo[] infos = threads.getThreadInfo(ids);
      Map<Long, Long> all = new HashMap<>();
      for (int i = 0; i < ids.length; i++) {
        if (infos[i] != null
            && bytes[i] >= 0
            && !infos[i].getThreadName().startsWith("RMI ")
            && !infos[i].getThreadName().startsWith("JMX ")) {
          all.put(ids[i], bytes[i]);
        }
      }
      return all;
    }
  }
}
