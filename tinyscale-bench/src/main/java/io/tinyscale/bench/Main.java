package io.tinyscale.bench;

import io.tinyscale.bench.balancers.BalancersCommand;
import io.tinyscale.bench.compare.CompareCommand;
import io.tinyscale.bench.engine.YardstickCommand;
import io.tinyscale.bench.micro.MicroCommand;
import io.tinyscale.bench.placement.SimulateCommand;
import io.tinyscale.bench.server.CannedServersCommand;
import io.tinyscale.bench.soak.FiguresCommand;
import io.tinyscale.bench.soak.SoakCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command line of this module; each program is a subcommand. */
@Command(
    name = "tinyscale-bench",
    description =
        "Programs that put tinyscale or its parts to the test. None of them is ever deployed.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CompareCommand.class,
      MicroCommand.class,
      SoakCommand.class,
      FiguresCommand.class,
      SimulateCommand.class,
      BalancersCommand.class,
      CannedServersCommand.class,
      YardstickCommand.class
    },
    scope = ScopeType.INHERIT)
final class Main {

  private Main() {}

  /** Runs a subcommand; the exit code is its result. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
