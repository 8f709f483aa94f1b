package io.tinyscale.relay;

import io.tinyscale.callback.RelaySettings;
import io.tinyscale.http.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Finds the addresses of a front end and judges them by {@code relay.allow}: if one of them is not
 * allowed, there is no connection at all. The connection is made to one of the judged addresses; no
 * name is looked up a second time. Thread-safe if the resolver behind it is.
 */
final class AllowedAddresses implements DnsResolver {

  private final DnsResolver names;
  private final boolean anyPublic;
  private final List<String> hosts;
  private final List<String> domains;
  private final List<AddressRange> ranges;

  /** Judges by these rules, as {@code RelaySettings} has them. */
  AllowedAddresses(List<String> allow) {
    this(allow, SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * Judges by these rules.
   *
   * @param names finds addresses
   */
  AllowedAddresses(List<String> allow, DnsResolver names) {
    this.names = names;
    this.anyPublic = allow.contains(RelaySettings.PUBLIC);
    this.ranges = allow.stream().map(AddressRange::parse).flatMap(Optional::stream).toList();
    this.domains =
        allow.stream()
            .filter(rule -> rule.startsWith("*."))
            .map(rule -> rule.substring(1))
            .toList();
    this.hosts = allow.stream().filter(rule -> !rule.equals(RelaySettings.PUBLIC)).toList();
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = names.resolve(host);
    if (!isNamed(host.toLowerCase(Locale.ROOT))) {
      for (InetAddress address : addresses) {
        if (!isAllowed(address)) {
          throw new RefusedException("its address is not allowed");
        }
      }
    }
    return addresses;
  }

  /** The name alone: nothing asks for another. */
  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  private boolean isNamed(String host) {
    return hosts.contains(host) || domains.stream().anyMatch(host::endsWith);
  }

  private boolean isAllowed(InetAddress address) {
    return anyPublic && PublicAddresses.contain(address)
        || ranges.stream().anyMatch(range -> range.contains(address));
  }
}
