package io.tinyscale.simulator.fault;

import io.tinyscale.simulator.http.FillerXml;
import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Reaction;
import io.tinyscale.simulator.http.Response;
import io.tinyscale.simulator.http.ServerPages;
import io.tinyscale.simulator.http.Wire;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** Applies a fault to one request: makes the reaction of the connection. */
public final class FaultInjector {
  private static final String BAD_GATEWAY =
      "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
          + "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
          + "</body>\r\n</html>\r\n";

  /** How many bytes a cut answer announces and does not send. */
  private static final int MISSING = 1024;

  private final HttpRequest request;
  private final Call call;

  /** The call, which some faults perform. */
  public interface Call {
    Response perform() throws IOException;
  }

  public FaultInjector(HttpRequest request, Call call) {
    this.request = request;
    this.call = call;
  }

  public Reaction reactionTo(Fault fault) throws IOException {
    if (fault instanceof Fault.Drop drop) {
      request.body().drain(drop.afterBodyBytes());
      return silent(wire -> {});
    }
    if (fault instanceof Fault.Reset reset) {
      request.body().drain(reset.afterBodyBytes());
      return silent(Wire::reset);
    }
    if (fault instanceof Fault.Delay delay) {
      return delayed(call.perform(), delay.duration());
    }
    if (fault instanceof Fault.Slow slow) {
      return slowed(call.perform(), slow);
    }
    if (fault instanceof Fault.Cut) {
      return cut(call.perform());
    }
    if (fault instanceof Fault.Damaged damaged) {
      return spoilt(call.perform(), damaged.damage()::in);
    }
    if (fault instanceof Fault.BreakOff) {
      return spoilt(call.perform(), Damage::breakOff);
    }
    if (fault instanceof Fault.ActThenDrop) {
      call.perform();
      return silent(wire -> {});
    }
    request.body().drain();
    if (fault instanceof Fault.Stall) {
      return silent(FaultInjector::waitForTheEnd);
    }
    return answer(fault);
  }

  /** The faults that look like an answer. */
  private static Response answer(Fault fault) {
    if (fault instanceof Fault.Garbage garbage) {
      byte[] bytes = new byte[garbage.bytes()];
      ThreadLocalRandom.current().nextBytes(bytes);
      return Response.of(200, "text/xml;charset=utf-8", out -> out.write(bytes));
    }
    if (fault instanceof Fault.Html html) {
      return Response.html(html.status(), BAD_GATEWAY);
    }
    if (fault instanceof Fault.Oversized oversized) {
      return Response.of(
          200, "text/xml;charset=utf-8", out -> FillerXml.write(out, oversized.bytes()));
    }
    if (fault instanceof Fault.Redirect redirect) {
      return Response.redirect(redirect.location());
    }
    if (fault instanceof Fault.EmptyBody) {
      return Response.of(200, "text/xml;charset=utf-8", out -> {});
    }
    if (fault instanceof Fault.ServerError error) {
      return ServerPages.error(error.status());
    }
    throw new IllegalArgumentException("no answer: " + fault);
  }

  /** What happens to a connection without an answer. */
  private interface Ending {
    void apply(Wire wire) throws IOException;
  }

  private static Reaction silent(Ending ending) {
    return new Reaction() {
      @Override
      public int status() {
        return 0;
      }

      @Override
      public boolean perform(Wire wire) throws IOException {
        ending.apply(wire);
        return false;
      }
    };
  }

  private static void waitForTheEnd(Wire wire) throws IOException {
    wire.in().transferTo(OutputStream.nullOutputStream());
  }

  /** An unusual way to send an answer. */
  private interface Sending {
    boolean send(Wire wire) throws IOException;
  }

  private static Reaction sent(int status, Sending sending) {
    return new Reaction() {
      @Override
      public int status() {
        return status;
      }

      @Override
      public boolean perform(Wire wire) throws IOException {
        return sending.send(wire);
      }
    };
  }

  private static Reaction delayed(Response response, Duration duration) {
    return sent(
        response.status(),
        wire -> {
          wire.pause(duration);
          return response.perform(wire);
        });
  }

  private static Reaction slowed(Response response, Fault.Slow slow) {
    return sent(
        response.status(),
        wire -> {
          OutputStream drip = new Drip(wire, slow.pause());
          return slow.headToo()
              ? response.send(wire, drip, UnaryOperator.identity())
              : response.send(wire, wire.out(), out -> drip);
        });
  }

  private static Reaction cut(Response response) {
    return sent(
        response.status(),
        wire -> {
          byte[] body = response.toBytes();
          response.writeHead(wire.out(), true, "Content-Length: " + (body.length + MISSING));
          wire.out().write(body, 0, body.length / 2);
          wire.out().flush();
          return false;
        });
  }

  /** The same answer with another body. */
  private static Response spoilt(Response response, UnaryOperator<String> change)
      throws IOException {
    // Each char stands for a byte, so that a change need not leave valid UTF-8.
    String body = new String(response.toBytes(), StandardCharsets.ISO_8859_1);
    byte[] bytes = change.apply(body).getBytes(StandardCharsets.ISO_8859_1);
    return new Response(
        response.status(),
        response.headers(),
        OptionalLong.empty(),
        response.chunked(),
        out -> out.write(bytes));
  }

  /** Writes one byte at a time, each after a pause. */
  private static final class Drip extends FilterOutputStream {
    private final Wire wire;
    private final Duration pause;

    Drip(Wire wire, Duration pause) {
      super(wire.out());
      this.wire = wire;
      this.pause = pause;
    }

    @Override
    public void write(int b) throws IOException {
      out.flush();
      wire.pause(pause);
      out.write(b);
      out.flush();
    }
  }
}
