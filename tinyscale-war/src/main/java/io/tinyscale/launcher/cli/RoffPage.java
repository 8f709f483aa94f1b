package io.tinyscale.launcher.cli;

import io.tinyscale.config.CommandVariable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page in roff, from the model of a command line. */
final class RoffPage {

  private final StringBuilder page = new StringBuilder();

  private RoffPage() {}

  static String of(String program, CommandLine root) {
    RoffPage roff = new RoffPage();
    CommandSpec spec = root.getCommandSpec();
    roff.request("TH " + program.toUpperCase(Locale.ROOT) + " 1 \"\" \"" + program + "\"");
    roff.section("NAME");
    roff.text(program + " - a load balancer for BigBlueButton");
    roff.section("SYNOPSIS");
    roff.line("\\fB" + program + "\\fR [\\fIoptions\\fR]");
    roff.request("br");
    roff.line("\\fB" + program + "\\fR \\fIcommand\\fR [\\fIarguments\\fR]");
    roff.section("OPTIONS");
    roff.options(spec);
    roff.section("COMMANDS");
    roff.commands("", spec);
    roff.section("ENVIRONMENT");
    for (CommandVariable variable : CommandVariable.values()) {
      String usual = variable.usual();
      roff.item(
          bold(variable.variable()),
          variable.meaning() + (usual.isEmpty() ? "" : " (default: " + usual + ")"));
    }
    roff.section("EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      roff.item(bold(Integer.toString(code.code())), code.meaning());
    }
    roff.item(bold("70"), "the server ran out of memory");
    return roff.page.toString();
  }

  private void commands(String prefix, CommandSpec parent) {
    for (CommandLine each : parent.subcommands().values().stream().distinct().toList()) {
      CommandSpec spec = each.getCommandSpec();
      if (spec.usageMessage().hidden()) {
        continue;
      }
      String name = prefix + spec.name();
      request("SS " + quoted(name));
      line(bold(name) + synopsis(spec));
      request("PP");
      text(String.join(" ", spec.usageMessage().description()));
      if (spec.aliases().length > 0) {
        text("The same as " + String.join(", ", spec.aliases()) + ".");
      }
      spec.positionalParameters().stream()
          .filter(parameter -> parameter.description().length > 0)
          .forEach(parameter -> item(italic(parameter.paramLabel()), description(parameter)));
      options(spec);
      commands(name + " ", spec);
    }
  }

  private static String synopsis(CommandSpec spec) {
    List<PositionalParamSpec> parameters = spec.positionalParameters();
    return (spec.options().isEmpty() ? "" : " [\\fIoptions\\fR]")
        + parameters.stream()
            .map(each -> " " + italic(each.paramLabel()) + (each.isMultiValue() ? "..." : ""))
            .collect(Collectors.joining());
  }

  private void options(CommandSpec spec) {
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && !option.usageHelp()) {
        String value = option.typeInfo().isBoolean() ? "" : "=" + italic(option.paramLabel());
        String names =
            List.of(option.names()).stream().map(RoffPage::bold).collect(Collectors.joining(", "));
        item(names + value, description(option));
      }
    }
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description());
  }

  private void section(String name) {
    request("SH " + quoted(name));
  }

  private void item(String head, String text) {
    request("TP");
    line(head);
    text(text);
  }

  private void request(String request) {
    page.append('.').append(request).append('\n');
  }

  private void text(String text) {
    line(escaped(text));
  }

  /** A line whose escapes are meant. A point or an apostrophe at its start would be a request. */
  private void line(String text) {
    boolean isLikeRequest = text.startsWith(".") || text.startsWith("'");
    page.append(isLikeRequest ? "\\&" : "").append(text).append('\n');
  }

  private static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  private static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  private static String quoted(String text) {
    return '"' + escaped(text).replace("\"", "\\(dq") + '"';
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ");
  }
}
