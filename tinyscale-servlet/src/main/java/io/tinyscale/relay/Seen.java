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
import org.jspecify.annotations.Nullable;

/**
 * Remembers which callbacks were kept, so that a callback that comes again is not sent again. A
 * bounded number of them, the oldest goes; a restart forgets all. Thread-safe.
 */
final class Seen {

  private static final int HASH_BYTES = 16;

  private final int mostEntries;
  private final LongSupplier nanoClock;

  /**
   * By their keys, and their number among those with the same key. Guarded by this. The oldest is
   * the first.
   */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private record Entry(String what, CompletableFuture<Boolean> kept, long since) {}

  Seen(int mostEntries, LongSupplier nanoClock) {
    this.mostEntries = mostEntries;
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
    return onceOfFew(1, "", memory, work, key);
  }

  /**
   * The same for work of which not much is done with one key.
   *
   * @param most how many different ones are done within the memory
   * @param same what makes two of them the same, beside the key
   * @return false, too, if the work is not done since so many others were
   */
  CompletionStage<Boolean> onceOfFew(
      int most,
      String same,
      Duration memory,
      Supplier<CompletionStage<Boolean>> work,
      String... key) {
    String what = same.isEmpty() ? "" : hash(same);
    @Nullable String place = null;
    Entry mine;
    synchronized (this) {
      long now = nanoClock.getAsLong();
      for (int number = 0; number < most; number++) {
        String candidate = hash(key) + number;
        @Nullable Entry former = entries.get(candidate);
        if (former == null || now - former.since >= memory.toNanos()) {
          place = place == null ? candidate : place;
        } else if (former.what.equals(what)) {
          return former.kept;
        }
      }
      if (place == null) {
        return CompletableFuture.completedStage(false);
      }
      mine = new Entry(what, new CompletableFuture<>(), now);
      entries.remove(place);
      entries.put(place, mine);
      if (entries.size() > mostEntries) {
        entries.remove(entries.keySet().iterator().next());
      }
    }
    String taken = place;
    Stages.started(work)
        .whenComplete(
            (kept, failure) -> {
              boolean worked = failure == null && kept;
              if (!worked) {
                forget(taken, mine);
              }
              mine.kept.complete(worked);
            });
    return mine.kept;
  }

  private synchronized void forget(String place, Entry entry) {
    entries.remove(place, entry);
  }

  /** A part of a hash: shorter than the token that it stands for. */
  private static String hash(String... key) {
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
