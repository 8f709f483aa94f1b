package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.216.34",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "64:ff9b::5db8:d822",
        "2002:5db8:d822::1",
        "::ffff:93.184.216.34"
      })
  void allowsWhatIsPublic(String address) throws UnknownHostException {
    assertThat(resolved(List.of("public"), "fe.example", address)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "3fff::1",
        "100::1",
        "5f00::1",
        "64:ff9b:1::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::c0a8:1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:a9fe:a9fe::1",
        "2002:c0a8:101::"
      })
  void refusesWhatIsNotPublic(String address) {
    assertRefused(List.of("public"), "fe.example", address);
    assertRefused(List.of("public"), address, address);
  }

  /** Java makes an IPv4 address of such bytes, but not of a name server's answer. */
  @ParameterizedTest
  @CsvSource({"127,0,0,1", "169,254,169,254", "10,0,0,1"})
  void refusesMappedAddressesThatANameServerSays(int a, int b, int c, int d) {
    byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) a, (byte) b, (byte) c, (byte) d};
    DnsResolver names =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            return new InetAddress[] {Inet6Address.getByAddress(host, bytes, -1)};
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };

    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> new AllowedAddresses(List.of("public"), names).resolve("m.evil.example"));
  }

  @Test
  void refusesANameIfOneOfItsAddressesIsNotAllowed() {
    assertRefused(List.of("public"), "fe.example", "93.184.216.34", "10.0.0.1");
    assertRefused(List.of("public"), "fe.example", "10.0.0.1", "93.184.216.34");
    assertRefused(List.of("public"), "fe.example", "93.184.216.34", "::1");
  }

  @Test
  void allowsTheRangesOfTheRulesAsWell() throws UnknownHostException {
    List<String> rules = List.of("public", "10.20.0.0/16", "fd00:1::/32", "192.168.7.9");

    assertThat(resolved(rules, "fe.example", "10.20.255.1", "93.184.216.34")).hasSize(2);
    assertThat(resolved(rules, "fe.example", "fd00:1::5")).hasSize(1);
    assertThat(resolved(rules, "fe.example", "192.168.7.9")).hasSize(1);
    assertThat(resolved(List.of("::ffff:10.20.0.0/112"), "fe.example", "10.20.9.9")).hasSize(1);
    assertRefused(rules, "fe.example", "10.21.0.1");
    assertRefused(rules, "fe.example", "fd00:2::5");
    assertRefused(rules, "fe.example", "192.168.7.10");
    assertRefused(rules, "fe.example", "64:ff9b::10.20.0.1");
  }

  @Test
  void allowsTheNamesOfTheRulesWhereverTheyLead() throws UnknownHostException {
    List<String> rules = List.of("moodle.internal", "*.schools.local");

    assertThat(resolved(rules, "moodle.internal", "10.0.0.1")).hasSize(1);
    assertThat(resolved(rules, "MOODLE.internal", "10.0.0.1")).hasSize(1);
    assertThat(resolved(rules, "a.schools.local", "127.0.0.1")).hasSize(1);
    assertThat(resolved(rules, "b.a.schools.local", "127.0.0.1")).hasSize(1);
    assertRefused(rules, "schools.local", "127.0.0.1");
    assertRefused(rules, "evilschools.local", "127.0.0.1");
    assertRefused(rules, "x.moodle.internal", "10.0.0.1");
    assertRefused(rules, "fe.example", "93.184.216.34");
  }

  @Test
  void allowsNoAddressOfARuleThatIsAName() {
    assertRefused(List.of("*.1"), "10.0.0.2", "10.0.0.2");
    assertRefused(List.of("public"), "public", "10.0.0.2");
  }

  private static InetAddress[] resolved(List<String> rules, String host, String... addresses)
      throws UnknownHostException {
    return new AllowedAddresses(rules, new FakeNames().with(host, addresses)).resolve(host);
  }

  private static void assertRefused(List<String> rules, String host, String... addresses) {
    assertThatThrownBy(() -> resolved(rules, host, addresses)).isInstanceOf(RefusedException.class);
  }
}
