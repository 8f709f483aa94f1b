package io.tinyscale.bench.soak;

import io.tinyscale.bench.process.ChildProcess;
import io.tinyscale.bench.process.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The resources of a process without load.
 *
 * @param webThreads threads of the web server, which keeps a few for a minute after a rush
 * @param otherThreads all others
 * @param sockets open sockets, listening ones included
 * @param heapKib heap in use after a garbage collection
 */
record Footprint(int webThreads, int otherThreads, int sockets, int files, long heapKib) {

  private static final Pattern THREAD = Pattern.compile("^\"([^\"]*)\"", Pattern.MULTILINE);
  private static final Pattern USED =
      Pattern.compile("^ \\S.*total \\d+K, used (\\d+)K", Pattern.MULTILINE);

  /** Threads of the web server that may be left; it has at most 64. */
  private static final int WEB_THREADS = 64;

  /** The JVM itself adds and drops threads that compile and collect. */
  private static final int OTHER_THREADS = 4;

  /** Idle connections to servers, which either side may close at any time. */
  private static final int SOCKETS = 40;

  private static final int FILES = 4;

  private static final long HEAP_KIB = 16 << 10;

  /** Measures a Java process after a garbage collection. */
  static Footprint of(long pid) {
    jcmd(pid, "GC.run");
    int web = 0;
    int other = 0;
    Matcher thread = THREAD.matcher(jcmd(pid, "Thread.print"));
    while (thread.find()) {
      if (thread.group(1).startsWith("tinyscale-web")) {
        web++;
      } else {
        other++;
      }
    }
    long heap = 0;
    Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
    while (used.find()) {
      heap += Long.parseLong(used.group(1));
    }
    List<String> open = openFiles(pid);
    int sockets = (int) open.stream().filter(file -> file.startsWith("socket:")).count();
    return new Footprint(web, other, sockets, open.size() - sockets, heap);
  }

  /** The resources that have grown too much, one per line. */
  List<String> excessOver(Footprint before) {
    List<String> excess = new ArrayList<>();
    if (webThreads > WEB_THREADS) {
      excess.add("threads of the web server: " + webThreads + " (at most " + WEB_THREADS + ")");
    }
    add(excess, "other threads", before.otherThreads, otherThreads, OTHER_THREADS);
    add(excess, "sockets", before.sockets, sockets, SOCKETS);
    add(excess, "other open files", before.files, files, FILES);
    add(excess, "KiB of heap", before.heapKib, heapKib, HEAP_KIB);
    return excess;
  }

  private static void add(List<String> excess, String what, long before, long now, long tolerance) {
    if (now > before + tolerance) {
      excess.add(what + ": " + before + " before, " + now + " now (tolerance " + tolerance + ")");
    }
  }

  /** What the file descriptors of a process stand for. */
  static List<String> openFiles(long pid) {
    List<String> open = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files.toList()) {
        try {
          open.add(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
          // The file has been closed meanwhile.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open;
  }

  private static String jcmd(long pid, String command) {
    return ChildProcess.run(Jdk.program("jcmd").toString(), String.valueOf(pid), command).output();
  }

  @Override
  public String toString() {
    return String.format(
        "%d threads (%d of the web server), %d sockets, %d files, %.1f MiB heap",
        webThreads + otherThreads, webThreads, sockets, files, heapKib / 1024.0);
  }
}
