package io.tinyscale.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All addresses that begin with the same bits. Immutable.
 *
 * @param first an address of the range; its other bits do not matter
 * @param bits how many bits its addresses share
 */
public record AddressRange(InetAddress first, int bits) {

  /** Of these alone is it certain that nobody is asked what address a name has. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

  /** What an IPv4-mapped address begins with. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private static final int MAPPED_BITS = 8 * MAPPED.length;

  /** Checks the number of bits. */
  public AddressRange {
    if (bits < 0 || bits > first.getAddress().length * 8) {
      throw new IllegalArgumentException("an address has not so many bits: " + bits);
    }
  }

  /** The range that is written like this: an address, or an address, a slash and the bits. */
  public static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!ADDRESS.matcher(address).matches()) {
      return Optional.empty();
    }
    try {
      InetAddress first = InetAddress.getByName(address);
      int all = first.getAddress().length * 8;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      // Java makes an IPv4 address of an IPv4-mapped one that is written out.
      boolean mapped = slash >= 0 && all == 32 && address.indexOf(':') >= 0;
      return Optional.of(new AddressRange(first, mapped ? bits - MAPPED_BITS : bits));
    } catch (UnknownHostException | IllegalArgumentException wrong) {
      return Optional.empty();
    }
  }

  /**
   * The bytes that a connection goes to: four for an IPv4-mapped address, which the system connects
   * to the IPv4 address. Java leaves such an address as it is when a name server says it.
   */
  public static byte[] bytes(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean mapped =
        bytes.length == 16 && Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
    return mapped ? Arrays.copyOfRange(bytes, MAPPED.length, bytes.length) : bytes;
  }

  /** A range of which it is known that it is written correctly. */
  public static AddressRange of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no range: " + text));
  }

  /** Whether the address is in it; an IPv4 address is in no range of IPv6 addresses. */
  public boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = bytes(address);
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((mine[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
