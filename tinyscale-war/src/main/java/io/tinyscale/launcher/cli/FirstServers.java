package io.tinyscale.launcher.cli;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.PoolEdits;
import io.tinyscale.config.PoolSettings;
import io.tinyscale.config.TransportSettings;
import io.tinyscale.health.ServerCheck;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.server.Server;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Adds servers to a pool file by itself, where no tinyscale runs yet that could be asked. */
final class FirstServers {

  private FirstServers() {}

  /**
   * Adds a server, once it has answered.
   *
   * @param unchecked whether it is not asked
   * @return what was done, for a person
   */
  static String add(String file, PoolEdit.Add edit, boolean unchecked, Console console) {
    Path path = path(file);
    String answer = unchecked ? "" : answer(path, edit, console);
    PoolEdited edited = new PoolEdits(path).addOrBegin(edit);
    if (edited instanceof PoolEdited.Refused refused) {
      throw new CommandException(code(refused), String.join("\n", refused.problems()));
    }
    return answer
        + "Written to "
        + path
        + "; a tinyscale that uses this file takes it in within seconds.";
  }

  private static Path path(String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw CommandException.wrong("--file: not the path of a file.");
    }
  }

  private static ExitCode code(PoolEdited.Refused refused) {
    return refused.reason() == PoolEdited.Reason.INVALID_SERVER
        ? ExitCode.WRONG
        : ExitCode.CONFLICT;
  }

  /**
   * What the server answered; it may be one that no configuration can name: then an edit says so.
   */
  private static String answer(Path path, PoolEdit.Add edit, Console console) {
    return edit.described().map(server -> answer(path, edit, server, console)).orElse("");
  }

  private static String answer(Path path, PoolEdit.Add edit, Server server, Console console) {
    TinyscaleConfig config =
        TinyscaleConfig.of(
                FrontEndSettings.of(List.of(Secret.of("nobody calls this balancer"))),
                new PoolSettings(path, List.of(server), List.of()))
            .withTransport(transport(console));
    ServerCheck check = Balancer.of(config).upstream(HttpCoreUpstream.of(config)).check(edit);
    String shown = Fields.printable(edit.server());
    if (check.result() == ServerCheck.Result.PASSED) {
      return String.format(
          "%s answers (BigBlueButton, %s). ", shown, ServerText.meetings(check.meetings()));
    }
    String why = ServerEdits.why(edit.server(), word(check.result()), "");
    throw new CommandException(
        ExitCode.CHECK_FAILED,
        (why.isEmpty() ? shown + " does not tell its meetings." : why)
            + " ("
            + Fields.printable(check.cause())
            + ") Nothing was written; --no-check adds it all the same.");
  }

  private static String word(ServerCheck.Result result) {
    return switch (result) {
      case UNREACHABLE -> "unreachable";
      case NOT_BBB -> "not-bbb";
      case SECRET_REFUSED -> "secret-refused";
      case PASSED, INVALID, LIST_UNREAD -> "";
    };
  }

  /** How the balancer will reach the server: by the same settings of the environment. */
  private static TransportSettings transport(Console console) {
    try {
      ConfigValues values =
          new ConfigValues(List.of(ConfigSource.environment(console.environment())));
      TransportSettings settings =
          values.section(TransportSettings::read).orElseGet(TransportSettings::defaults);
      values.refuseProblems();
      return settings;
    } catch (ConfigException e) {
      throw CommandException.wrong(String.valueOf(e.getMessage()));
    }
  }
}
