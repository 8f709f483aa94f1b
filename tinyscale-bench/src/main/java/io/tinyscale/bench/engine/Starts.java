package io.tinyscale.bench.engine;

import io.tinyscale.bench.http.Message;
import io.tinyscale.bench.http.MessageReader;
import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts of the executable WAR, one after the other.
 *
 * @param engine the WAR
 * @param setup the settings of all starts
 */
public record Starts(TinyscaleWar engine, Setup setup) {

  /** Short, because the time until the answer is measured. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(2);

  private static final Message QUESTION = FrontEnd.get("isMeetingRunning", "meetingID=m0");

  /**
   * One start.
   *
   * @param toFirstAnswer from the process's start to a whole right answer about a meeting
   * @param cpuTime user and system time until then
   * @param residentMegabytes memory in use then
   */
  public record Start(Duration toFirstAnswer, Duration cpuTime, double residentMegabytes) {}

  /** Starts with more JVM options. */
  public Starts withJavaOptions(List<String> options) {
    List<String> all = new ArrayList<>(setup.javaOptions());
    all.addAll(options);
    return new Starts(
        engine, new Setup(setup.folder(), setup.java(), all, setup.servers(), setup.settings()));
  }

  /** Starts the WAR, waits for the answer and stops it. */
  public Start once() throws IOException, InterruptedException {
    int port = FreePort.find();
    long begin = System.nanoTime();
    try (ChildProcess child = engine.launch(setup, port)) {
      child.await(BETWEEN_QUESTIONS, () -> ask(port));
      Duration time = Duration.ofNanos(System.nanoTime() - begin);
      RunningEngine running = RunningEngine.inJava(engine.name(), child, port);
      return new Start(time, running.cpuTime(), running.residentKilobytes() / 1024.0);
    }
  }

  /** Starts the WAR once to make a class-data archive; returns the file. */
  public Path archive() throws IOException, InterruptedException {
    Path archive = setup.folder().resolve("tinyscale.jsa");
    withJavaOptions(List.of("-XX:ArchiveClassesAtExit=" + archive)).once();
    if (!Files.exists(archive)) {
      throw new IOException("the JVM made no class-data archive");
    }
    return archive;
  }

  /** Asks once; returns the status of the right answer. */
  private static int ask(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return ask(socket);
    }
  }

  private static int ask(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(QUESTION.start());
    out.flush();
    InputStream in = socket.getInputStream();
    MessageReader reader = new MessageReader();
    byte[] buffer = new byte[4096];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      if (reader.read(ByteBuffer.wrap(buffer, 0, length))) {
        if (reader.status() != 200
            || !reader.bodyBeginsWithin("<running>true".getBytes(StandardCharsets.US_ASCII))) {
          throw new IOException("not the right answer: " + reader.bodyStart());
        }
        return reader.status();
      }
    }
    throw new IOException("the connection was closed");
  }
}
