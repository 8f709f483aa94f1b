package io.tinyscale.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.body.Header;
import io.tinyscale.trace.RequestTrace;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTracesTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final Header PARENT =
      new Header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");

  private final RequestTraces traces =
      new RequestTraces(TrustedProxies.parse("127.0.0.0/8,::1").orElseThrow());

  private static HeaderFields fields(Header... fields) {
    return name ->
        Collections.enumeration(
            Arrays.stream(fields).filter(field -> field.is(name)).map(Header::value).toList());
  }

  private RequestTrace of(String address, Header... fields) {
    return traces.of(fields(fields), () -> address);
  }

  private static Header id(String value) {
    return new Header("x-request-id", value);
  }

  @Test
  void everyRequestHasAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ids.add(of("127.0.0.1").id());
    }

    assertThat(ids).hasSize(1000).allMatch(id -> id.matches("[0-9a-f]{16}"));
    assertThat(of("127.0.0.1").context()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"12345678", "a.B_c-9z", "01234567-89ab-cdef-0123-456789abcdef", "........"})
  void theIdOfATrustedProxyStays(String id) {
    assertThat(of("127.0.0.1", id(id)).id()).isEqualTo(id);
    assertThat(of("127.0.0.1", id("x".repeat(64))).id()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1234567",
        "12345678 ",
        "1234 5678",
        "12345678\r\nSet-Cookie: a=b",
        "12345678\0",
        "12345678\u00e9",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>"
      })
  void whatIsNoIdIsReplaced(String id) {
    assertThat(of("127.0.0.1", id(id)).id()).matches("[0-9a-f]{16}");
    assertThat(of("127.0.0.1", id("x".repeat(65))).id()).matches("[0-9a-f]{16}");
  }

  @Test
  void aFieldThatComesTwiceSaysNothing() {
    RequestTrace twice = of("127.0.0.1", id("first-id"), id("other-id"), PARENT, PARENT);

    assertThat(twice.id()).matches("[0-9a-f]{16}");
    assertThat(twice.context()).isNull();
  }

  @Test
  void aFieldThatIsForThisHopOnlySaysNothing() {
    Header connection = new Header("Connection", "close, X-Request-Id, Traceparent");

    RequestTrace trace = of("127.0.0.1", connection, id("only-for-this-hop"), PARENT);

    assertThat(trace.id()).matches("[0-9a-f]{16}");
    assertThat(trace.context()).isNull();
  }

  @Test
  void theTraceOfATrustedProxyGoesOn() {
    RequestTrace trace =
        of("::1", PARENT, new Header("tracestate", "a=1"), new Header("tracestate", "b=2"));

    assertThat(trace.traceId()).contains(TRACE);
    assertThat(trace.context().state()).isEqualTo("a=1,b=2");
    assertThat(trace.id()).matches("[0-9a-f]{16}");
  }

  @Test
  void nobodyElseIsBelieved() {
    RequestTrace trace = of("192.0.2.7", id("forged-id"), PARENT);

    assertThat(trace.id()).matches("[0-9a-f]{16}");
    assertThat(trace.context()).isNull();
  }

  @Test
  void theAddressIsAskedOnlyIfItMatters() {
    AtomicInteger asked = new AtomicInteger();

    traces.of(
        fields(new Header("tracestate", "a=1"), new Header("User-Agent", "PHP")),
        () -> "127.0.0." + asked.incrementAndGet());

    assertThat(asked).hasValue(0);
  }
}
