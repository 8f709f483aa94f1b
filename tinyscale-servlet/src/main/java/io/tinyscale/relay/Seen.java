package io.tinyscale.relay;

import io.tinyscale.body.Stages;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Remembers which callbacks were kept, so that a callback that comes again is not sent again. A
 * bounded number of them, the oldest goes; a restart forgets all. Thread-safe.
 */
final class Seen {

  private static final int HASH_BYTES = 16;

  private final int most;
  private final LongSupplier nanoClock;

  /** Guarded by this. The oldest is the first. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private record Entry(CompletableFuture<Boolean> kept, long since) {}

  Seen(int most, LongSupplier nanoClock) {
    this.most = most;
    this.nanoClock = nanoClock;
  }

  /**
   * Does the work unless it was done before, or is being done. Work in vain is forgotten.
   *
   * @param memory how long it counts as done before
   * @param key what makes two callbacks the same
   * @param work says whether it worked
   * @return the same
   */
  CompletionStage<Boolean> once(
      Duration memory, Supplier<CompletionStage<Boolean>> work, String... key) {
    String hash = hash(key);
    Entry mine;
    synchronized (this) {
      long now = nanoClock.getAsLong();
      Entry former = entries.get(hash);
      if (former != null && now - former.since < memory.toNanos()) {
        return former.kept;
      }
      mine = new Entry(new CompletableFuture<>(), now);
      entries.remove(hash);
      entries.put(hash, mine);
      if (entries.size() > most) {
        entries.remove(entries.keySet().iterator().next());
      }
    }
    Stages.started(work)
        .whenComplete(
            (kept, failure) -> {
              boolean worked = failure == null && kept;
              if (!worked) {
                forget(hash, mine);
              }
              mine.kept.complete(worked);
            });
    return mine.kept;
  }

  private synchronized void forget(String hash, Entry entry) {
    entries.remove(hash, entry);
  }

  /** A part of a hash: shorter than the token that it stands for. */
  private static String hash(String[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : key) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return Base64.getEncoder().encodeToString(Arrays.copyOf(digest.digest(), HASH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
