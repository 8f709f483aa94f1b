package io.tinyscale.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The machines whose word about a request counts: the proxies in front of tinyscale. Immutable.
 *
 * @param ranges of their addresses; none if nobody is trusted
 */
public record TrustedProxies(List<AddressRange> ranges) {

  /** Nobody's word counts. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  /** An address of a connection, with what web servers write around it. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\[?([0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*)(%[^\\]]*)?]?");

  /** Copies the list. */
  public TrustedProxies {
    ranges = List.copyOf(ranges);
  }

  /**
   * The proxies in a text: addresses and ranges such as {@code 10.20.0.0/16}, separated by commas,
   * or {@code none}.
   *
   * @return empty if the text is anything else
   */
  public static Optional<TrustedProxies> parse(String text) {
    if (text.equals("none")) {
      return Optional.of(NONE);
    }
    List<AddressRange> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Optional<AddressRange> range = AddressRange.parse(part.strip());
      if (range.isEmpty()) {
        return Optional.empty();
      }
      ranges.add(range.get());
    }
    return Optional.of(new TrustedProxies(ranges));
  }

  /**
   * Whether a connection comes from one of them. An IPv4 address that is written as an IPv6 address
   * is the IPv4 address.
   *
   * @param address of the connection, as web servers write it; empty if unknown
   */
  public boolean contain(String address) {
    if (ranges.isEmpty() || !ADDRESS.matcher(address).matches()) {
      return false;
    }
    try {
      // Nothing but digits, dots and colons: no name server is asked.
      InetAddress peer = InetAddress.getByName(ADDRESS.matcher(address).replaceFirst("$1"));
      return ranges.stream().anyMatch(range -> range.contains(peer));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
