package io.tinyscale.debian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Copies of this machine, in which packages are installed and removed without harm: their files are
 * layers of memory over ours, and their processes, networks and mounts are their own. Needs Linux
 * with overlayfs, and root.
 */
final class Machines implements AutoCloseable {

  /** Where the layers are, seen by the copies' makers alone. */
  private static final String LAYERS = "/mnt";

  private static final String BASE =
      """
      set -e
      mount -t tmpfs tmpfs %1$s
      mkdir %1$s/built %1$s/simulator
      mount --bind '%2$s' %1$s/built
      mount --bind '%3$s' %1$s/simulator
      echo ready
      exec cat
      """;

  /** The root of a copy, on its layers; the shell in it is the first of its processes. */
  private static final String COPY =
      """
      set -e
      mkdir -p %1$s/upper %1$s/work %1$s/root
      mount -t overlay overlay -o lowerdir=%2$s/,upperdir=%1$s/upper,workdir=%1$s/work %1$s/root
      mount -t tmpfs -o mode=1777 tmpfs %1$s/root/tmp
      mount --rbind /dev %1$s/root/dev
      mount -t proc proc %1$s/root/proc
      mkdir %1$s/root/tmp/built %1$s/root/tmp/simulator
      mount --bind %3$s/built %1$s/root/tmp/built
      mount --bind %3$s/simulator %1$s/root/tmp/simulator
      ip link set lo up
      exec chroot %1$s/root env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -s
      """;

  private final Process base;
  private int count;

  private Machines(Process base) {
    this.base = base;
  }

  static Machines open() {
    String script = BASE.formatted(LAYERS, Built.DEB.getParent(), Built.SIMULATOR.getParent());
    try {
      Process base =
          new ProcessBuilder("unshare", "--mount", "sh", "-c", script)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(base.inputReader().readLine()).as("unshare --mount, as root").isEqualTo("ready");
      return new Machines(base);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new copy of this machine. */
  Machine copy() {
    return copyOn("");
  }

  /** A new copy of a copy, which has ended. */
  Machine copyOf(Machine ended) {
    return copyOn(ended.layer() + ":");
  }

  private Machine copyOn(String lower) {
    count++;
    String layer = LAYERS + "/" + count;
    List<String> command =
        List.of(
            "nsenter",
            "--mount",
            "--target",
            Long.toString(base.pid()),
            "unshare",
            "--mount",
            "--pid",
            "--net",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            COPY.formatted(layer, lower, LAYERS));
    return Machine.start(command, layer + "/upper");
  }

  @Override
  public void close() {
    base.destroy();
    try {
      assertThat(base.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
