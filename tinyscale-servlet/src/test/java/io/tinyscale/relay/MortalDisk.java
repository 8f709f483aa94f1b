package io.tinyscale.relay;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.mockito.MockMakers;
import org.mockito.invocation.InvocationOnMock;
import org.mockito.stubbing.Answer;

/**
 * A folder whose process dies after some steps, as if it were killed: whatever it does with files
 * from then on does not happen. Writes little at a time, as a disk may. Used by one thread.
 */
final class MortalDisk {

  /** No code catches it, as no code runs in a process that was killed. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("the process was killed", null, false, false);
    }
  }

  private final Path folder;
  private final FileSystemProvider provider;
  private final FileSystem fileSystem;
  private final Map<Path, Path> reals = new WeakHashMap<>();
  private final List<String> steps = new ArrayList<>();
  private boolean keepsAFile;
  private int stepsLeft = Integer.MAX_VALUE;

  MortalDisk(Path folder) {
    FileSystem real = folder.getFileSystem();
    this.provider = fake(FileSystemProvider.class, call -> inProvider(real.provider(), call));
    this.fileSystem =
        fake(
            FileSystem.class,
            call -> call.getMethod().getName().equals("provider") ? provider : invoke(real, call));
    this.folder = mortal(folder);
  }

  private static <T> T fake(Class<T> type, Answer<?> answer) {
    return mock(
        type, withSettings().mockMaker(MockMakers.SUBCLASS).stubOnly().defaultAnswer(answer));
  }

  /** The folder as the process sees it. */
  Path folder() {
    return folder;
  }

  /** Kills the process after this many further steps. */
  void dieAfter(int number) {
    stepsLeft = number;
    steps.clear();
  }

  /** Lets the next removal of a file fail. */
  void keepAFile() {
    keepsAFile = true;
  }

  /** The steps since then, each with the ending of its file. */
  List<String> steps() {
    return List.copyOf(steps);
  }

  private void step(String name) {
    if (stepsLeft == 0) {
      throw new Killed();
    }
    stepsLeft--;
    steps.add(name);
  }

  private Path mortal(Path real) {
    Path path =
        fake(
            Path.class,
            call ->
                switch (call.getMethod().getName()) {
                  case "getFileSystem" -> fileSystem;
                  case "resolve" -> mortal((Path) invoke(real, call));
                  default -> invoke(real, call);
                });
    reals.put(path, real);
    return path;
  }

  private Object inProvider(FileSystemProvider real, InvocationOnMock call) throws Throwable {
    Object[] arguments = call.getRawArguments();
    String ending = arguments.length == 0 ? "" : arguments[0].toString().replaceAll(".*[./]", "");
    return switch (call.getMethod().getName()) {
      case "newFileChannel" -> {
        step("open " + ending);
        yield new Channel((FileChannel) invoke(real, call), ending);
      }
      case "move", "delete", "deleteIfExists" -> {
        step(call.getMethod().getName() + " " + ending);
        if (keepsAFile && call.getMethod().getName().startsWith("delete")) {
          keepsAFile = false;
          throw new FileSystemException(ending, null, "Input/output error");
        }
        yield invoke(real, call);
      }
      default -> invoke(real, call);
    };
  }

  private Object invoke(Object real, InvocationOnMock call) throws Throwable {
    Object[] arguments = call.getRawArguments().clone();
    Arrays.setAll(arguments, i -> realOf(arguments[i]));
    try {
      return call.getMethod().invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object realOf(Object argument) {
    return argument instanceof Path path ? reals.getOrDefault(path, path) : argument;
  }

  /** A file whose process may die. */
  private final class Channel extends FileChannel {

    private final FileChannel real;
    private final String ending;

    Channel(FileChannel real, String ending) {
      this.real = real;
      this.ending = ending;
    }

    /** Takes half of it; whoever writes has to go on. */
    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        if (sources[i].hasRemaining()) {
          return write(sources[i]);
        }
      }
      return 0;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      step("write " + ending);
      int size = (source.remaining() + 1) / 2;
      int written = real.write(source.slice(source.position(), size));
      source.position(source.position() + written);
      return written;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      int written = 0;
      while (source.hasRemaining()) {
        step("write " + ending);
        written += real.write(source.slice(source.position(), 1), position + written);
        source.position(source.position() + 1);
      }
      return written;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      step("force " + ending);
      real.force(metaData);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      return real.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return real.read(target, position);
    }

    @Override
    public long position() throws IOException {
      return real.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
      real.position(newPosition);
      return this;
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return real.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return real.tryLock(position, size, shared);
    }

    /** The system closes the files of a process that was killed. */
    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
    }
  }
}
