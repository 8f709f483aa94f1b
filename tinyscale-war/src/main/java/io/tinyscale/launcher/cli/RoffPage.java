package io.tinyscale.launcher.cli;

import io.tinyscale.config.CommandVariable;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page in roff, from the model of a command line. */
final class RoffPage {

  private final Roff roff;

  private RoffPage(Roff roff) {
    this.roff = roff;
  }

  static String of(String program, CommandLine root) {
    Roff roff = new Roff(program, 1);
    RoffPage page = new RoffPage(roff);
    CommandSpec spec = root.getCommandSpec();
    roff.section("NAME");
    roff.text(program + " - a load balancer for BigBlueButton");
    roff.section("SYNOPSIS");
    roff.line("\\fB" + program + "\\fR [\\fIoptions\\fR]");
    roff.lineBreak();
    roff.line("\\fB" + program + "\\fR \\fIcommand\\fR [\\fIarguments\\fR]");
    roff.section("OPTIONS");
    page.options(spec);
    roff.section("COMMANDS");
    page.commands("", spec);
    roff.section("ENVIRONMENT");
    for (CommandVariable variable : CommandVariable.values()) {
      String usual = variable.usual();
      roff.item(
          Roff.bold(variable.variable()),
          variable.meaning() + (usual.isEmpty() ? "" : " (default: " + usual + ")"));
    }
    roff.section("EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      roff.item(Roff.bold(Integer.toString(code.code())), code.meaning());
    }
    roff.item(Roff.bold("70"), "the server ran out of memory");
    roff.section("SEE ALSO");
    roff.line(Roff.bold(SettingsPage.NAME) + "(5)");
    return roff.toString();
  }

  private void commands(String prefix, CommandSpec parent) {
    for (CommandLine each : parent.subcommands().values().stream().distinct().toList()) {
      CommandSpec spec = each.getCommandSpec();
      if (spec.usageMessage().hidden()) {
        continue;
      }
      String name = prefix + spec.name();
      roff.subsection(name);
      roff.line(Roff.bold(name) + synopsis(spec));
      roff.paragraph();
      roff.text(String.join(" ", spec.usageMessage().description()));
      if (spec.aliases().length > 0) {
        roff.text("The same as " + String.join(", ", spec.aliases()) + ".");
      }
      spec.positionalParameters().stream()
          .filter(parameter -> parameter.description().length > 0)
          .forEach(
              parameter -> roff.item(Roff.italic(parameter.paramLabel()), description(parameter)));
      options(spec);
      commands(name + " ", spec);
    }
  }

  private static String synopsis(CommandSpec spec) {
    List<PositionalParamSpec> parameters = spec.positionalParameters();
    return (spec.options().isEmpty() ? "" : " [\\fIoptions\\fR]")
        + parameters.stream()
            .map(each -> " " + Roff.italic(each.paramLabel()) + (each.isMultiValue() ? "..." : ""))
            .collect(Collectors.joining());
  }

  private void options(CommandSpec spec) {
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && !option.usageHelp()) {
        String value = option.typeInfo().isBoolean() ? "" : "=" + Roff.italic(option.paramLabel());
        String names =
            List.of(option.names()).stream().map(Roff::bold).collect(Collectors.joining(", "));
        roff.item(names + value, description(option));
      }
    }
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description());
  }
}
