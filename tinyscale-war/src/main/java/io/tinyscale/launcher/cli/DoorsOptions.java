package io.tinyscale.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command finds the admin doors of several balancers, and the token that opens them. */
final class DoorsOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The admin door; once for each balancer. TINYSCALE_URL without it, or "
              + DoorOptions.USUAL_URL
              + ".")
  List<String> urls = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "The file with the token, the same for all doors, instead of TINYSCALE_TOKEN,"
              + " TINYSCALE_TOKEN_FILE or "
              + DoorOptions.USUAL_TOKEN_FILE
              + ".")
  @Nullable String tokenFile;

  @Mixin HelpOption help = new HelpOption();

  /** The doors, which are not asked anything yet. */
  List<AdminClient> open(Console console) {
    List<@Nullable String> wanted = new ArrayList<>(urls);
    if (wanted.isEmpty()) {
      wanted.add(null);
    }
    return wanted.stream().map(url -> DoorOptions.open(url, tokenFile, console)).toList();
  }

  /**
   * Does the same at each door, beneath its address if there are several. A door that fails stops
   * only what is done there; the first failure gives the exit code.
   */
  ExitCode forEach(Console console, Function<AdminClient, ExitCode> action) {
    return forEach(open(console), console, action);
  }

  /** The same at doors that are open. */
  static ExitCode forEach(
      List<AdminClient> doors, Console console, Function<AdminClient, ExitCode> action) {
    if (doors.size() == 1) {
      return action.apply(doors.get(0));
    }
    ExitCode code = ExitCode.DONE;
    for (AdminClient door : doors) {
      console.out().println(door.address() + ":");
      console.out().flush();
      try {
        code = code.or(action.apply(door));
      } catch (CommandException e) {
        console.err().println(e.text());
        code = code.or(e.code());
      }
      console.out().flush();
    }
    return code;
  }
}
