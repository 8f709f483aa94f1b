package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "https://fe.example/a?b=c true fe.example 443 /a?b=c",
        "HTTP://FE.example false fe.example 80 /",
        "http://fe.example?x=1 false fe.example 80 /?x=1",
        "https://fe.example:8443/a%2Fb//c;d?e=[f]|{g} true fe.example 8443 /a%2Fb//c;d?e=[f]|{g}",
        "https://fe.example:80/ true fe.example 80 /",
        "http://fe.example:65535/#x@y false fe.example 65535 /",
        "http://[::1]:8080/a false ::1 8080 /a",
        "http://10.0.0.1/a false 10.0.0.1 80 /a",
        "https://fe.example/ä?x=€%C3%A4😀 true fe.example 443 /%C3%A4?x=%E2%82%AC%C3%A4%F0%9F%98%80"
      })
  void keepsTheBytesOfPathAndQuery(String url, boolean tls, String host, int port, String target)
      throws RefusedException {
    assertThat(Destination.of(url)).isEqualTo(new Destination(tls, host, port, target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fe.example",
        "/a",
        "//fe.example/",
        "ftp://fe.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:/fe.example/",
        "https://",
        "https:///a",
        "https://:443/",
        "https://user@fe.example/",
        "https://user:pw@fe.example/",
        "https://fe.example@10.0.0.1/",
        "https://fe.example\\@10.0.0.1/",
        "https://fe.example\\.evil/",
        "https://fe.example:/",
        "https://fe.example:0/",
        "https://fe.example:65536/",
        "https://fe.example:99999/",
        "https://fe.example:22/",
        "https://fe.example:25/",
        "https://fe.example:1023/",
        "https://fe.example:443a/",
        "https://fe.example /",
        "https://fe.example/a b",
        "https://fe.example/a\r\nHost: b",
        "https://f\u00e4.example/",
        "https://fe.example/\u0085",
        "https://fe%2eexample/",
        "https://[::1%25lo]/",
        "https://[::1/",
        "https://[fe.example]/",
        "https://fe.example/a\tb"
      })
  void refusesEverythingElse(String url) {
    assertThatThrownBy(() -> Destination.of(url)).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "https://other.example/x, https://other.example/x",
    "//other.example:8080/x, https://other.example:8080/x",
    "/x?y=1, https://fe.example/x?y=1",
    "x, https://fe.example/a/x",
    "?y=1, https://fe.example/a/b?y=1",
    "../x, https://fe.example/a/../x",
    "' /x ', https://fe.example/x",
    "/x#y, https://fe.example/x"
  })
  void knowsWhereARedirectLeads(String location, String url) throws RefusedException {
    assertThat(Destination.of("https://fe.example/a/b?c=/d").redirected(location))
        .isEqualTo(Destination.of(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://other.example/",
        "javascript:1",
        "https://u@other.example/",
        "//u@other.example/",
        "https://other.example:22/",
        "//other.example:22/",
        "/a b"
      })
  void refusesRedirectsThatHideWhereTheyLead(String location) throws RefusedException {
    Destination from = Destination.of("https://fe.example/a");

    assertThatThrownBy(() -> from.redirected(location)).isInstanceOf(RefusedException.class);
  }

  @Test
  void putsFurtherParametersBehindItsOwn() throws RefusedException {
    assertThat(Destination.of("https://fe.example/a?b=1#c").withQuery("d=2").target())
        .isEqualTo("/a?b=1&d=2");
    assertThat(Destination.of("https://fe.example").withQuery("d=2").target()).isEqualTo("/?d=2");
    assertThat(Destination.of("https://fe.example/a").withQuery("").target()).isEqualTo("/a");
  }

  @Test
  void printsItsHostOnly() throws RefusedException {
    assertThat(Destination.of("https://fe.example/secret?token=1"))
        .hasToString("Destination[fe.example]");
  }
}
