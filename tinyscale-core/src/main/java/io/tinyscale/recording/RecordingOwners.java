package io.tinyscale.recording;

import io.tinyscale.server.Server;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers which server holds a recording; a bounded number, the longest unused go first. */
public final class RecordingOwners {

  private static final int MOST = 10_000;

  /** Servers' own ids have 54 characters. */
  private static final int LONGEST_ID = 256;

  private final Map<String, String> owners =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  /** Remembers nothing yet. */
  public RecordingOwners() {}

  /** A server has listed a recording. */
  public synchronized void learn(String recordId, Server owner) {
    if (recordId.length() <= LONGEST_ID) {
      owners.put(recordId, owner.name());
    }
  }

  /** The name of the server, whose secret may have changed meanwhile. */
  synchronized Optional<String> owner(String recordId) {
    return Optional.ofNullable(owners.get(recordId));
  }

  synchronized void forget(String recordId) {
    owners.remove(recordId);
  }
}
