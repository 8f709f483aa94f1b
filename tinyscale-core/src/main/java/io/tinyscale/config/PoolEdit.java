package io.tinyscale.config;

import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Server;
import java.util.function.Predicate;

/** A change of one server in the pool file. */
public sealed interface PoolEdit {

  /** The name of the server. */
  String server();

  /**
   * Adds a server behind the others.
   *
   * @param host its address, as the operator spells it
   * @param more its other fields; those that are missing have their defaults
   */
  record Add(String server, String host, Secret secret, ServerFields more) implements PoolEdit {}

  /**
   * Changes fields of a server.
   *
   * @param when whether the change is still wanted, by what the file says now
   */
  record Change(String server, ServerFields fields, Predicate<Server> when) implements PoolEdit {

    /** A change that is wanted whatever the file says now. */
    public Change(String server, ServerFields fields) {
      this(server, fields, now -> true);
    }
  }

  /**
   * Removes a server.
   *
   * @param when whether that is still wanted, by what the file says now
   */
  record Remove(String server, Predicate<Server> when) implements PoolEdit {

    /** A removal that is wanted whatever the file says now. */
    public Remove(String server) {
      this(server, now -> true);
    }
  }
}
