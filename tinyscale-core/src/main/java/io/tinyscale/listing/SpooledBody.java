package io.tinyscale.listing;

import io.tinyscale.body.Body;
import io.tinyscale.body.PieceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A document made of items that are put aside, between what stands before and behind them. Small
 * ones are put together in memory, so that they can be shared; others are read while they are sent.
 */
final class SpooledBody implements PieceSource {

  /** Bytes of the largest document that is put together in memory. */
  static final int LARGEST_IN_MEMORY = 1 << 20;

  private static final int PIECE = 32 << 10;

  /** Bytes that lie together, in a spool or in memory. */
  private interface Range {
    long length();

    void read(long from, ByteBuffer into) throws IOException;
  }

  private record Known(byte[] bytes) implements Range {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public void read(long from, ByteBuffer into) {
      into.put(bytes, (int) from, into.remaining());
    }
  }

  private record Spooled(Spool spool, long offset, long length) implements Range {
    @Override
    public void read(long from, ByteBuffer into) throws IOException {
      spool.read(offset + from, into);
    }
  }

  private final List<Range> ranges;
  private final List<SpooledList> lists;
  private final long length;
  private int range;
  private long position;
  private long delivered;

  private SpooledBody(List<Range> ranges, List<SpooledList> lists) {
    this.ranges = ranges;
    this.lists = lists;
    this.length = ranges.stream().mapToLong(Range::length).sum();
  }

  /**
   * The document.
   *
   * @param lists closed when the document is no longer needed
   */
  static Body of(
      byte[] before,
      List<SpooledList.Item> items,
      byte[] behind,
      List<SpooledList> lists,
      Executor work) {
    SpooledBody document = new SpooledBody(ranges(before, items, behind), lists);
    if (document.length > LARGEST_IN_MEMORY) {
      return Body.fetched(document.length, document, work);
    }
    try {
      return Body.of(document.read((int) document.length).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      document.close();
    }
  }

  /** Items that lie side by side are one range: most of a list that nobody sorted. */
  private static List<Range> ranges(byte[] before, List<SpooledList.Item> items, byte[] behind) {
    List<Range> ranges = new ArrayList<>();
    ranges.add(new Known(before));
    for (SpooledList.Item item : items) {
      Spool spool = item.list().spool();
      if (ranges.get(ranges.size() - 1) instanceof Spooled last
          && last.spool() == spool
          && last.offset() + last.length() == item.offset()) {
        ranges.set(
            ranges.size() - 1, new Spooled(spool, last.offset(), last.length() + item.length()));
      } else {
        ranges.add(new Spooled(spool, item.offset(), item.length()));
      }
    }
    ranges.add(new Known(behind));
    return ranges;
  }

  @Override
  public Optional<ByteBuffer> next() throws IOException {
    int size = (int) Math.min(PIECE, length - delivered);
    return size == 0 ? Optional.empty() : Optional.of(read(size));
  }

  private ByteBuffer read(int size) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(size);
    while (piece.hasRemaining()) {
      Range current = ranges.get(range);
      int part = (int) Math.min(piece.remaining(), current.length() - position);
      current.read(position, piece.slice(piece.position(), part));
      piece.position(piece.position() + part);
      position += part;
      if (position == current.length()) {
        range++;
        position = 0;
      }
    }
    delivered += size;
    return piece.flip();
  }

  @Override
  public void close() {
    lists.forEach(SpooledList::close);
  }
}
