package io.tinyscale.config;

import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Server;
import java.util.Optional;
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
  record Add(String server, String host, Secret secret, ServerFields more) implements PoolEdit {

    /** The server that the pool gets; empty if its address or another field is wrong. */
    public Optional<Server> described() {
      try {
        ServerFields fields = more.completed();
        return fields
            .host(host)
            .address()
            .map(api -> fields.applied(Server.of(server, api, secret)));
      } catch (IllegalArgumentException wrong) {
        return Optional.empty();
      }
    }
  }

  /**
   * Changes fields of a server.
   *
   * @param when whether the change is still wanted, by what the file says now
   * @param keepsOneEnabled whether it is refused if no server would be left that is enabled
   */
  record Change(String server, ServerFields fields, Predicate<Server> when, boolean keepsOneEnabled)
      implements PoolEdit {

    /** A change that may leave no server enabled. */
    public Change(String server, ServerFields fields, Predicate<Server> when) {
      this(server, fields, when, false);
    }

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
