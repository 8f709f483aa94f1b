package io.tinyscale.relay;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps callbacks in memory: a restart loses them. */
final class MemorySpool implements Spool {

  /** What a callback takes beside its texts and its body, about. */
  private static final int OVERHEAD = 512;

  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();
  private final SpoolRoom room;

  /** A spool that holds so much. */
  MemorySpool(int mostCallbacks, long mostBytes) {
    room = new SpoolRoom(mostCallbacks, mostBytes);
  }

  @Override
  public List<Waiting> waiting() {
    return List.of();
  }

  @Override
  public Waiting keep(Callback callback, byte[] body, long next) throws IOException {
    long size = OVERHEAD + callback.url().length() + callback.claims().length() + body.length;
    room.take(size);
    Waiting waiting =
        Waiting.of(HexFormat.of().toHexDigits(last.incrementAndGet()), next, callback, size);
    kept.put(waiting.id(), new Kept(callback, Content.of(body)));
    return waiting;
  }

  @Override
  public Kept read(Waiting waiting) throws IOException {
    Kept found = kept.get(waiting.id());
    if (found == null) {
      throw new NoSuchFileException(waiting.id());
    }
    return found;
  }

  @Override
  public Waiting postpone(Waiting waiting, long next) {
    Waiting later = waiting.again(next);
    kept.computeIfPresent(
        waiting.id(),
        (id, before) -> new Kept(before.callback().withTries(later.tries()), before.body()));
    return later;
  }

  @Override
  public void remove(Waiting waiting) {
    if (kept.remove(waiting.id()) != null) {
      room.giveBack(waiting.size());
    }
  }

  @Override
  public void putAside(Waiting waiting) {
    remove(waiting);
  }

  @Override
  public void close() {}
}
