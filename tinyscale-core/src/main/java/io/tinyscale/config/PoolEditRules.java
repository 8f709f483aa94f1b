package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.PoolEdited.Reason;
import io.tinyscale.config.ServerFields.Field;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What an edit of the pool file must not do; each refusal says so and how to mend it. */
final class PoolEditRules {

  private PoolEditRules() {}

  static int indexOf(List<Server> servers, String name) throws EditRefusedException {
    int index = servers.stream().map(Server::name).toList().indexOf(name);
    if (index < 0) {
      throw new EditRefusedException(
          Reason.SERVER_UNKNOWN,
          Problem.of("servers", "no server " + name, "", "Name one that is in the pool file.")
              .toString());
    }
    return index;
  }

  static void requireNew(List<Server> servers, PoolEdit.Add add) throws EditRefusedException {
    if (servers.stream().anyMatch(server -> server.name().equals(add.server()))) {
      throw new EditRefusedException(
          Reason.NAME_TAKEN,
          Problem.of("name", add.server(), "a name of its own", "Choose another name.").toString());
    }
    requireAddress(servers, null, ServerFields.NONE.host(add.host()));
  }

  static void requireAddress(List<Server> servers, @Nullable Server itself, ServerFields fields)
      throws EditRefusedException {
    Optional<Server> other =
        fields
            .address()
            .flatMap(
                api ->
                    servers.stream()
                        .filter(server -> !server.equals(itself) && server.api().equals(api))
                        .findFirst());
    if (other.isPresent()) {
      throw new EditRefusedException(
          Reason.ADDRESS_TAKEN,
          Problem.of(
                  "host",
                  "the same server as " + other.get().name(),
                  "every server once",
                  "Change that one instead.")
              .toString());
    }
  }

  static void requireGiven(ServerFields fields) throws EditRefusedException {
    for (Field field : List.of(Field.HOST, Field.SECRET)) {
      if (fields.fields().contains(field) && fields.json(field, true).isEmpty()) {
        throw new EditRefusedException(
            Reason.INVALID_SERVER,
            Problem.of(field.toString(), "missing", "", "It has no default: give one.").toString());
      }
    }
  }

  static void requireRevision(long now, OptionalLong wanted) throws EditRefusedException {
    if (wanted.isPresent() && wanted.getAsLong() != now) {
      throw new EditRefusedException(
          Reason.CHANGED,
          Problem.of("servers", "the pool file has changed", "", "Look at it again.").toString());
    }
  }

  static void requireWanted(boolean wanted, Server server) throws EditRefusedException {
    if (!wanted) {
      throw new EditRefusedException(
          Reason.NOT_WANTED,
          Problem.of(
                  "servers",
                  server.name() + " has changed in the pool file",
                  "",
                  "Look at it again.")
              .toString());
    }
  }

  static void requireOneInUse(List<Server> servers) throws EditRefusedException {
    if (servers.stream().allMatch(server -> server.state() == AdminState.DISABLED)) {
      throw last();
    }
  }

  static void requireOneEnabled(List<Server> before, List<Server> servers)
      throws EditRefusedException {
    if (isOneEnabled(before) && !isOneEnabled(servers)) {
      throw new EditRefusedException(
          Reason.LAST_ENABLED,
          Problem.of(
                  "servers",
                  "the last one that is enabled",
                  "at least one such server",
                  "Enable another one first, or insist.")
              .toString());
    }
  }

  private static boolean isOneEnabled(List<Server> servers) {
    return servers.stream().anyMatch(server -> server.state() == AdminState.ENABLED);
  }

  static EditRefusedException last() {
    return new EditRefusedException(
        Reason.LAST_SERVER,
        Problem.of(
                "servers",
                "the last one that is not disabled",
                "at least one such server",
                "Add or enable another one first.")
            .toString());
  }

  /** Refuses to change the name of any server; anything else that differs is our mistake. */
  static void requireEqual(List<Server> intended, List<Server> after) throws EditRefusedException {
    if (intended.equals(after)) {
      return;
    }
    List<String> names = intended.stream().map(Server::name).toList();
    List<String> others = after.stream().map(Server::name).toList();
    if (names.equals(others) || names.size() != others.size()) {
      throw new IllegalStateException("the edited pool file does not say what it shall say");
    }
    List<String> renamed = new ArrayList<>(names);
    renamed.removeAll(others);
    throw new EditRefusedException(
        Reason.RENAMES,
        Problem.of(
                "servers",
                "another name for " + String.join(", ", renamed),
                "no server without a `name` whose name this changes",
                "Write its name into its entry first.")
            .toString());
  }
}
