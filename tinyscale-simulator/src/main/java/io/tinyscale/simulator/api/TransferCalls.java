package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.FillerXml;
import io.tinyscale.simulator.http.RequestBody;
import io.tinyscale.simulator.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Two calls that BigBlueButton does not have, to test how a balancer relays bodies of any size and
 * speed. Both are signed like a meeting call; {@code rate} limits them to bytes per second.
 */
final class TransferCalls {
  private TransferCalls() {}

  /** Sends {@code bytes} bytes, always the same; with {@code chunked=true} in chunks. */
  static Response download(ApiRequest request) {
    Optional<Long> bytes = number(request, "bytes");
    if (bytes.isEmpty()) {
      return Answers.failed(new Failure("paramError", "Missing param bytes."));
    }
    Pace pace = pace(request);
    Response response =
        Response.of(
            200, "text/xml;charset=utf-8", out -> FillerXml.write(pace.applyTo(out), bytes.get()));
    return request.isTrue("chunked") ? response.inChunks() : response.withLength(bytes.get());
  }

  /** Reads a body of any type and answers with its size and hash. */
  static Response upload(ApiRequest request) throws IOException {
    RequestBody body = request.http().body();
    readAll(body, pace(request));
    long count = body.count();
    String hash = body.sha256();
    return Answers.success(xml -> xml.element("bytes", count).element("sha256", hash));
  }

  private static void readAll(InputStream body, Pace pace) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int n = body.read(buffer, 0, pace.step(buffer.length));
    while (n >= 0) {
      pace.spend(n);
      n = body.read(buffer, 0, pace.step(buffer.length));
    }
  }

  private static Pace pace(ApiRequest request) {
    return new Pace(number(request, "rate").orElse(0L));
  }

  private static Optional<Long> number(ApiRequest request, String name) {
    return request.filled(name).filter(n -> n.matches("\\d{1,15}")).map(Long::parseLong);
  }
}
