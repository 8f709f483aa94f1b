package io.tinyscale.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

  private static TrustedProxies trusted(String text) {
    return TrustedProxies.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.255.0.9, true",
    "128.0.0.1, false",
    "::ffff:127.0.0.1, true",
    "[::ffff:127.0.0.1], true",
    "::1, true",
    "[::1], true",
    "0:0:0:0:0:0:0:1, true",
    "0:0:0:0:0:0:0:1%lo, true",
    "::2, false",
    "::ffff:10.0.0.1, false",
    "fe80::1%eth0, false",
    "'', false",
    "localhost, false",
    "127.0.0.1.example.org, false",
    "127.0.0.256, false",
    ":::, false",
    "'127.0.0.1, 10.0.0.1', false"
  })
  void theDefaultIsThisMachine(String address, boolean isTrusted) {
    assertThat(trusted("127.0.0.0/8,::1").contain(address)).isEqualTo(isTrusted);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, true",
    "10.2.0.1, false",
    "2001:db8::17, true",
    "2001:db9::17, false",
    "192.0.2.9, true",
    "192.0.2.8, false",
    "::ffff:192.0.2.9, true",
    "fe80::7%eth0, true"
  })
  void rangesMayBeOfBothFamilies(String address, boolean isTrusted) {
    assertThat(trusted("10.1.0.0/16, 2001:db8::/32 ,192.0.2.9,fe80::/10").contain(address))
        .isEqualTo(isTrusted);
  }

  @Test
  void anIpv4RangeMayBeWrittenAsAnIpv6Range() {
    assertThat(trusted("::ffff:10.0.0.0/104").contain("10.9.9.9")).isTrue();
    assertThat(trusted("::ffff:10.0.0.0/104").contain("11.9.9.9")).isFalse();
  }

  @Test
  void noneTrustsNobody() {
    assertThat(trusted("none").contain("127.0.0.1")).isFalse();
    assertThat(trusted("0.0.0.0/0").contain("192.0.2.1")).isTrue();
    assertThat(trusted("0.0.0.0/0").contain("2001:db8::1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "127.0.0.1,",
        "localhost",
        "proxy.example.org",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "::1/129",
        "10.0.0",
        "10.0.0.0 10.0.0.1",
        "none,10.0.0.1",
        "fe80::1%eth0"
      })
  void anythingElseIsAMistake(String text) {
    assertThat(TrustedProxies.parse(text)).isEmpty();
  }
}
