package io.tinyscale.httpcore;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a name, and may take its time. */
@FunctionalInterface
interface Lookup {

  /** Every address of the name, the best first; at least one. */
  InetAddress[] addresses(String host) throws UnknownHostException;
}
