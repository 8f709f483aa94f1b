package io.tinyscale.relay;

import io.tinyscale.http.AddressRange;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are of the public internet: all but those that the IANA registries of special
 * addresses name, and IPv6 addresses that stand for such an IPv4 address.
 */
final class PublicAddresses {

  private static final List<AddressRange> SPECIAL =
      Stream.of(
              "0.0.0.0/8", // this network
              "10.0.0.0/8",
              "100.64.0.0/10", // between a provider and its customers
              "127.0.0.0/8",
              "169.254.0.0/16", // link-local, the metadata services of clouds among them
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24", // documentation
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15", // benchmarks
              "198.51.100.0/24", // documentation
              "203.0.113.0/24", // documentation
              "224.0.0.0/4", // multicast
              "240.0.0.0/4", // reserved, and broadcast
              "::/128",
              "::1/128",
              "::ffff:0:0:0/96", // translated IPv4
              "64:ff9b:1::/48", // translation within one network
              "100::/64", // thrown away
              "2001::/23", // protocols, Teredo among them
              "2001:db8::/32", // documentation
              "3fff::/20", // documentation
              "5f00::/16", // segment routing
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8") // multicast
          .map(AddressRange::of)
          .toList();

  private PublicAddresses() {}

  /** Where in an IPv6 address of a range an IPv4 address stands. */
  private record Embedding(AddressRange range, int position) {}

  private static final List<Embedding> EMBEDDINGS =
      List.of(
          new Embedding(AddressRange.of("::/96"), 12), // IPv4-compatible
          new Embedding(AddressRange.of("64:ff9b::/96"), 12), // NAT64
          new Embedding(AddressRange.of("2002::/16"), 2)); // 6to4

  /** Whether the address is one of them; an IPv4-mapped one counts as the IPv4 address. */
  static boolean contain(InetAddress address) {
    return SPECIAL.stream().noneMatch(range -> range.contains(address))
        && EMBEDDINGS.stream()
            .filter(embedding -> embedding.range().contains(address))
            .allMatch(embedding -> contain(embedded(address, embedding.position())));
  }

  private static InetAddress embedded(InetAddress address, int position) {
    try {
      return Inet4Address.getByAddress(
          Arrays.copyOfRange(address.getAddress(), position, position + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
