package io.tinyscale.listing;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Bytes put aside until they are wanted: few of them in memory, many in a temporary file.
 *
 * <p>A file rather than compressed memory, because its cost in heap does not depend on how many
 * bytes there are nor on how well they compress, and because any part of it can be read by itself,
 * as sorting needs. It can be read by its owner only, and on systems that allow it, it has no name
 * from the moment it is open, so that nothing of it outlives the process, however that ends.
 *
 * <p>Thread-safe; filled by one thread after the other, then completed, then read.
 */
final class Spool implements Closeable {

  /** Bytes that are kept in memory. */
  static final int MOST_IN_MEMORY = 256 << 10;

  private static final int WRITTEN_AT_ONCE = 64 << 10;

  private ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private long size;
  private byte @Nullable [] memory;
  private @Nullable FileChannel file;
  private boolean closed;

  /** Adds bytes at the end. */
  synchronized void add(byte[] bytes) throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    pending.writeBytes(bytes);
    size += bytes.length;
    if (pending.size() > (file == null ? MOST_IN_MEMORY : WRITTEN_AT_ONCE)) {
      write();
    }
  }

  /** How many bytes there are. */
  synchronized long size() {
    return size;
  }

  /** Whether they are in a file. */
  synchronized boolean inFile() {
    return file != null;
  }

  /** Ends the filling. */
  synchronized void complete() throws IOException {
    if (file != null) {
      write();
    } else {
      memory = pending.toByteArray();
    }
    pending = new ByteArrayOutputStream(0);
  }

  /** Reads bytes from the middle of a completed spool until the buffer is full. */
  synchronized void read(long from, ByteBuffer into) throws IOException {
    if (memory != null) {
      into.put(memory, (int) from, into.remaining());
      return;
    }
    FileChannel channel = file;
    if (channel == null) {
      throw new IOException("closed");
    }
    long position = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        throw new EOFException();
      }
      position += read;
    }
  }

  private void write() throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      channel = open();
      file = channel;
    }
    ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    pending = new ByteArrayOutputStream(WRITTEN_AT_ONCE);
  }

  private static FileChannel open() throws IOException {
    Path path = Files.createTempFile("tinyscale", ".part");
    try {
      return FileChannel.open(
          path,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Lets go of the bytes. */
  @Override
  public synchronized void close() {
    closed = true;
    memory = null;
    pending = new ByteArrayOutputStream(0);
    FileChannel channel = file;
    file = null;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // What was written to it is of no use to anybody.
      }
    }
  }
}
