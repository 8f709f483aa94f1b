package io.tinyscale.valkey;

import io.tinyscale.store.StoreAddress.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The socket of one connection. Connects once: a connection that broke is never made again behind
 * our back. Any thread may close it, also while another one connects or reads.
 */
final class Wire implements JedisSocketFactory, AutoCloseable {

  private final Host host;
  private final boolean encrypted;
  private final int timeoutMillis;
  private Socket socket = new Socket();
  private boolean closed;

  /**
   * A socket that does not connect yet.
   *
   * @param timeoutMillis for the connection, and for each answer
   */
  Wire(Host host, boolean encrypted, int timeoutMillis) {
    this.host = host;
    this.encrypted = encrypted;
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  public Socket createSocket() {
    try {
      Socket plain = connect();
      return encrypted ? encrypt(plain) : plain;
    } catch (IOException e) {
      close();
      throw new JedisConnectionException("cannot connect to " + host, e);
    }
  }

  private Socket connect() throws IOException {
    IOException last = new UnknownHostException(host.name());
    for (InetAddress address : InetAddress.getAllByName(host.name())) {
      Socket next = next();
      try {
        next.setTcpNoDelay(true);
        next.setSoTimeout(timeoutMillis);
        next.connect(new InetSocketAddress(address, host.port()), timeoutMillis);
        return next;
      } catch (IOException e) {
        next.close();
        last = e;
      }
    }
    throw last;
  }

  private synchronized Socket next() throws SocketException {
    if (closed) {
      throw new SocketException("closed");
    }
    socket = new Socket();
    return socket;
  }

  /** Trusts whom the JVM trusts, if the certificate is for this host. */
  private Socket encrypt(Socket plain) throws IOException {
    SocketFactory usual = SSLSocketFactory.getDefault();
    SSLSocket safe =
        (SSLSocket) ((SSLSocketFactory) usual).createSocket(plain, host.name(), host.port(), true);
    SSLParameters parameters = safe.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    safe.setSSLParameters(parameters);
    safe.startHandshake();
    return safe;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Ends the connection, without a word to the store. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // There is nothing to close then.
    }
  }
}
