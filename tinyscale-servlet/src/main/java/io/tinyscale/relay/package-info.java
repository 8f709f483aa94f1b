/**
 * The relay of callbacks: verifies what BBB servers report, keeps it until it is delivered, signs
 * it with the front end's secret and sends it. {@link io.tinyscale.relay.HttpRelay} is the entry.
 * The package is loaded only when {@code relay.url} is set.
 *
 * <p>Web tokens are verified and made by jose4j. Its check of keys is off: the secrets of BBB
 * servers are text that a person may have chosen, and a server signs with them however short they
 * are. Front ends do the same. The algorithms are bound to HS256, HS384 and HS512.
 *
 * <p>Callbacks leave over the connections of Apache HttpClient 5: its manager of connections, its
 * routes over proxies and its TLS. Its resolver of names is the place where addresses are judged,
 * so a connection goes to an address that was judged and to no other. Connections are not kept:
 * each delivery is judged by itself. Above the connections stands HttpCore's handling of HTTP and
 * not HttpClient's chain of redirects, retries, cookies and credentials: nothing of that is wanted
 * here, and at the level DEBUG that chain writes URLs, signatures and bodies into the log, which no
 * setting of it prevents.
 */
@NullMarked
package io.tinyscale.relay;

import org.jspecify.annotations.NullMarked;
