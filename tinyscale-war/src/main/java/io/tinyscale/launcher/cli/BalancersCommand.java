package io.tinyscale.launcher.cli;

import io.tinyscale.launcher.cli.PoolComparison.Asked;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code balancers}: whether balancers before one pool agree. */
@Command(
    name = "balancers",
    description =
        "Compare the pools of balancers, and show which others they see; exit with 1 if they"
            + " differ.")
final class BalancersCommand implements CliCommand {

  private static final List<Table.Column> COLUMNS =
      List.of(
          Table.Column.text("NAME"),
          Table.Column.word("VERSION"),
          Table.Column.number("UP"),
          Table.Column.word("STORE").leftOut(1),
          Table.Column.word("POOL"),
          Table.Column.text("DOWN"),
          Table.Column.text("DOOR").leftOut(2));

  @Mixin JsonOption json = new JsonOption();
  @Mixin DoorsOptions doors = new DoorsOptions();

  /** What a door answered. */
  private record Answer(URI door, Fields status, Fields servers) {

    Fields self() {
      return status.object("balancers");
    }
  }

  @Override
  public ExitCode run(Console console) {
    List<Answer> answers = new ArrayList<>();
    ExitCode code = ExitCode.DONE;
    for (AdminClient door : doors.open(console)) {
      try {
        Reply status = door.get("/status");
        if (json.json) {
          status.printTo(console);
        }
        answers.add(new Answer(door.address(), status.body(), door.get("/servers").body()));
      } catch (CommandException e) {
        console.err().println(e.text());
        code = code.or(e.code());
      }
    }
    checkThatTheyAreSeveral(answers);
    List<String> differences = differences(answers);
    if (!json.json && !answers.isEmpty()) {
      console.out().print(table(answers, console).text(console, console.width()));
      differences.forEach(console.out()::println);
      refusals(answers).forEach(console.out()::println);
      if (differences.isEmpty() && code == ExitCode.DONE) {
        console.out().println(praise(answers));
      }
    }
    console.out().flush();
    return code.or(differences.isEmpty() ? ExitCode.DONE : ExitCode.NO);
  }

  /** Two addresses of one balancer would show no difference, whatever the other has. */
  private static void checkThatTheyAreSeveral(List<Answer> answers) {
    Map<String, URI> doors = new LinkedHashMap<>();
    for (Answer answer : answers) {
      String instance = answer.self().text("instance");
      URI same = instance.isEmpty() ? null : doors.putIfAbsent(instance, answer.door());
      if (same != null) {
        throw CommandException.wrong(
            "--url: "
                + same
                + " and "
                + answer.door()
                + " lead to the same balancer. Name the machines themselves.");
      }
    }
  }

  private static List<Asked> asked(List<Answer> answers) {
    Set<String> ids = new HashSet<>();
    Set<String> twice =
        answers.stream()
            .map(answer -> answer.self().text("id"))
            .filter(id -> !ids.add(id))
            .collect(Collectors.toSet());
    return answers.stream()
        .map(
            answer -> {
              String id = answer.self().text("id");
              boolean isName = !id.isEmpty() && !twice.contains(id);
              return Asked.of(
                  isName ? id : answer.door().toString(), answer.status(), answer.servers());
            })
        .toList();
  }

  private static List<String> differences(List<Answer> answers) {
    List<Asked> asked = asked(answers);
    List<String> lines = new ArrayList<>(new PoolComparison(asked).lines());
    Set<String> compared =
        answers.stream().map(answer -> answer.self().text("id")).collect(Collectors.toSet());
    for (Asked one : asked) {
      for (Fields other : one.self().objects("others")) {
        List<String> differs = other.texts("differs");
        if (!differs.isEmpty() && compared.add(other.text("id"))) {
          lines.add(
              other.text("id") + " differs from " + one.name() + ": " + String.join(", ", differs));
        }
      }
    }
    return lines;
  }

  /** A balancer whose store is down opens no new room if its settings say so. */
  private static List<String> refusals(List<Answer> answers) {
    return asked(answers).stream()
        .filter(asked -> asked.self().has("store"))
        .filter(asked -> !asked.self().object("store").flag("up"))
        .filter(asked -> asked.self().object("store").text("whenDown").equals("refuse"))
        .map(
            asked ->
                asked.name()
                    + " opens no new room while its store does not answer"
                    + " (balancers.store.down=refuse).")
        .toList();
  }

  private static Table table(List<Answer> answers, Console console) {
    Times times = new Times(console.clock());
    Table table = new Table(COLUMNS, false);
    List<Asked> asked = asked(answers);
    Set<String> shown = new HashSet<>();
    for (int i = 0; i < asked.size(); i++) {
      Fields self = asked.get(i).self();
      shown.add(self.text("id"));
      boolean differs = PoolComparison.areDifferentPools(asked.get(0), asked.get(i));
      table.row(
          cells(asked.get(i).name(), self, times, differs, store(self), answers.get(i).door()));
    }
    for (Asked one : asked) {
      for (Fields other : one.self().objects("others")) {
        if (shown.add(other.text("id"))) {
          boolean differs = !other.texts("differs").isEmpty();
          table.row(cells(other.text("id"), other, times, differs, Table.NONE, Table.NONE));
        }
      }
    }
    return table;
  }

  private static List<String> cells(
      String name, Fields balancer, Times times, boolean differs, String store, Object door) {
    List<String> down = balancer.texts("down");
    return List.of(
        name,
        balancer.text("version"),
        times.ago(balancer.time("startedAt")),
        store,
        differs ? "differs" : "same",
        down.isEmpty() ? Table.NONE : String.join(",", down),
        door.toString());
  }

  private static String store(Fields self) {
    if (!self.has("store")) {
      return "none";
    }
    Fields store = self.object("store");
    return store.flag("up") ? store.flag("young") ? "young" : "up" : "DOWN";
  }

  private static String praise(List<Answer> answers) {
    if (answers.size() > 1) {
      return "All have the same servers in the same states.";
    }
    return answers.get(0).self().objects("others").isEmpty()
        ? "It sees no other balancer. To compare several, name the door of each with --url."
        : "The others have the same servers.";
  }
}
