package io.tinyscale.launcher.cli;

import com.google.gson.JsonPrimitive;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.PoolFile;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The servers of Scalelite as a pool file.
 *
 * @param json the file, which tinyscale accepts
 * @param notes what the administrator should know, without secrets
 */
record ConvertedPool(String json, List<String> notes) {

  private static final Pattern INDEX = Pattern.compile("servers\\[(\\d+)]\\.(\\w+)");
  private static final Pattern MULTIPLIER =
      Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?");
  private static final String WANTED_MULTIPLIER = "a number above 0";
  private static final BigDecimal LARGEST_MULTIPLIER = new BigDecimal(1_000_000);

  /** Scalelite's own default. */
  private static final String USUAL_MULTIPLIER = "1.0";

  ConvertedPool {
    notes = List.copyOf(notes);
  }

  /**
   * Converts a list of at least one server.
   *
   * @throws CommandException with all that is wrong, if anything is
   */
  static ConvertedPool of(List<ScaleliteServer> list) {
    List<Problem> problems = new ArrayList<>();
    list.forEach(server -> check(server, problems));
    refuse(problems);
    Weights weights = Weights.of(list.stream().map(ConvertedPool::multiplier).toList());
    List<Server> servers = read(json(list, weights, List.of()), list);
    List<String> names = servers.stream().map(Server::name).toList();
    return new ConvertedPool(json(list, weights, names), notes(list, servers, weights));
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw CommandException.wrong(
          problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
  }

  private static void check(ScaleliteServer server, List<Problem> problems) {
    for (String field : List.of(ScaleliteServer.URL, ScaleliteServer.SECRET)) {
      if (server.text(field).isEmpty()) {
        problems.add(
            server.problem(
                field, "missing", "a text", "Correct the server in Scalelite, or remove it."));
      }
    }
    String state = server.text(ScaleliteServer.STATE);
    if (state.isEmpty()) {
      problems.add(
          server.problem(
              ScaleliteServer.STATE, "missing", "a state", "Ask a Scalelite that tells states."));
    } else if (AdminState.named(state).isEmpty()) {
      problems.add(
          server.problem(
              ScaleliteServer.STATE,
              "unknown",
              "enabled, cordoned or disabled",
              "Set one of these in Scalelite."));
    }
    String multiplier = server.text(ScaleliteServer.MULTIPLIER);
    if (!multiplier.isEmpty() && !isMultiplier(multiplier)) {
      problems.add(
          server.problem(
              ScaleliteServer.MULTIPLIER,
              "not usable",
              WANTED_MULTIPLIER,
              "Correct it with `rake servers:loadMultiplier`."));
    }
  }

  private static boolean isMultiplier(String text) {
    if (!MULTIPLIER.matcher(text).matches()) {
      return false;
    }
    BigDecimal number = new BigDecimal(text);
    return number.signum() > 0 && number.compareTo(LARGEST_MULTIPLIER) <= 0;
  }

  private static BigDecimal multiplier(ScaleliteServer server) {
    String text = server.text(ScaleliteServer.MULTIPLIER);
    return new BigDecimal(text.isEmpty() ? USUAL_MULTIPLIER : text);
  }

  /** Reads the file as tinyscale does, which also finds names. */
  private static List<Server> read(String json, List<ScaleliteServer> list) {
    try {
      return PoolFile.parse(json, "the list").servers();
    } catch (ConfigException e) {
      refuse(e.problems().stream().map(problem -> inScalelite(problem, list)).toList());
      throw new IllegalStateException("an exception has problems", e);
    }
  }

  /** A problem of the result as one of the list that the administrator knows. */
  private static Problem inScalelite(Problem problem, List<ScaleliteServer> list) {
    Matcher place = INDEX.matcher(problem.key());
    if (!place.lookingAt()) {
      return Problem.of(problem.key(), problem.value(), problem.expected(), problem.fix());
    }
    String field =
        switch (place.group(2)) {
          case "host" -> ScaleliteServer.URL;
          case "tags" -> ScaleliteServer.TAG;
          default -> place.group(2);
        };
    return list.get(Integer.parseInt(place.group(1)))
        .problem(field, problem.value(), problem.expected(), problem.fix());
  }

  private static String json(List<ScaleliteServer> list, Weights weights, List<String> names) {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Optional<String> name = names.isEmpty() ? Optional.empty() : Optional.of(names.get(i));
      entries.add(entry(list.get(i), weights.of(i), name));
    }
    return "[\n  " + String.join(",\n  ", entries) + "\n]\n";
  }

  private static String entry(ScaleliteServer server, int weight, Optional<String> name) {
    List<String> fields = new ArrayList<>();
    name.ifPresent(text -> fields.add(field("name", quoted(text))));
    fields.add(field("host", quoted(server.text(ScaleliteServer.URL))));
    fields.add(field("secret", quoted(server.text(ScaleliteServer.SECRET))));
    if (weight != 1) {
      fields.add(field("weight", Integer.toString(weight)));
    }
    String tag = server.text(ScaleliteServer.TAG);
    if (!tag.isEmpty()) {
      fields.add(field("tags", "[" + quoted(tag) + "]"));
    }
    String state = server.text(ScaleliteServer.STATE);
    if (!state.equals(AdminState.ENABLED.toString())) {
      fields.add(field("state", quoted(state)));
    }
    return "{" + String.join(", ", fields) + "}";
  }

  private static String field(String name, String value) {
    return quoted(name) + ": " + value;
  }

  private static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }

  private static List<String> notes(
      List<ScaleliteServer> list, List<Server> servers, Weights weights) {
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            "%d servers: %s. The file holds their secrets: let nobody else read it.",
            servers.size(),
            List.of(AdminState.values()).stream()
                .map(state -> count(servers, state) + " " + state)
                .collect(Collectors.joining(", "))));
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).text(ScaleliteServer.ONLINE).equals("offline")) {
        notes.add(servers.get(i).name() + " does not answer Scalelite.");
      }
    }
    if (weights.areRounded()) {
      notes.add("The load multipliers have no small common scale: the weights are rounded.");
    }
    return notes;
  }

  private static long count(List<Server> servers, AdminState state) {
    return servers.stream().filter(server -> server.state() == state).count();
  }
}
