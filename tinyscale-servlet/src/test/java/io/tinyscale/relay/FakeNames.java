package io.tinyscale.relay;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.DnsResolver;

/** Names with the addresses that a test gives them; each further lookup gets the next answer. */
final class FakeNames implements DnsResolver {

  private final Map<String, Queue<InetAddress[]>> answers = new ConcurrentHashMap<>();

  /** The addresses of a name, for one lookup more; the last answer stays. */
  FakeNames with(String host, String... addresses) throws UnknownHostException {
    InetAddress[] found = new InetAddress[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      found[i] = InetAddress.getByAddress(host, InetAddress.getByName(addresses[i]).getAddress());
    }
    answers.computeIfAbsent(host, name -> new ArrayDeque<>()).add(found);
    return this;
  }

  @Override
  public synchronized InetAddress[] resolve(String host) throws UnknownHostException {
    Queue<InetAddress[]> known = answers.get(host);
    if (known == null) {
      throw new UnknownHostException(host);
    }
    return known.size() > 1 ? known.remove() : known.element();
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
