package io.tinyscale.simulator;

import io.tinyscale.simulator.api.HookSigning;
import io.tinyscale.simulator.api.Profile;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.simulator.fault.FaultText;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The command line of {@link Main}, read and checked. */
record Options(
    boolean help,
    SimulatedServer.Builder server,
    @Nullable Path keystore,
    @Nullable String password,
    boolean endWithInput,
    List<CallFault> faults) {

  /** A fault and its call; an empty name stands for all calls. */
  record CallFault(String call, Fault fault) {}

  static final String USAGE =
      """
      usage: java -jar tinyscale-simulator.jar [options]

        --host HOST           name or IPv4 address to listen on and to be reached under (default:
                              127.0.0.1)
        --port N              port (default: any free one)
        --secret SECRET       shared secret (default: random)
        --profile VERSION     %s (default: 3.0)
        --name NAME           shown on the page that join leads to
        --webhooks            with bbb-webhooks installed
        --hook-signing WAY    sha1, sha256, sha384, sha512 or bearer (default: sha1)
        --callback-waits N    factor for the waits between deliveries of callbacks (default: 1)
        --recording-state S   state of new recordings (default: published)
        --empty-expiry TIME   when a meeting nobody is in ends (default: 5m, left: 1m)
        --end-delay TIME      how long an ended meeting still answers (default: 0s)
        --tls-keystore FILE   serve https with this PKCS12 keystore
        --tls-password PW     its password
        --end-with-input      end when the standard input ends, as a pipe does with its writer
        --journal FILE        append what happens to meetings and requests to this file
        --fault [CALL=]SPEC   fail on purpose, repeatable:
                              %s
        --help                this text

      Prints one line when ready: ready url=URL secret=SECRET
      """
          .formatted(
              Arrays.stream(Profile.values())
                  .map(Profile::version)
                  .collect(Collectors.joining(", ")),
              FaultText.FORMS)
          .strip();

  private static final Pattern FAULT = Pattern.compile("(?:([A-Za-z/]+)=)?(.+)");

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument, what is wrong and what is expected
   */
  static Options parse(String[] args) {
    return new Parser(List.of(args)).parse();
  }

  /** The configured server, with the keystore. */
  SimulatedServer.Builder builder() throws IOException, GeneralSecurityException {
    return keystore == null || password == null
        ? server
        : server.tls(Tls.context(keystore, password));
  }

  /** Reads the arguments once, from first to last. */
  private static final class Parser {
    private final List<String> args;
    private final SimulatedServer.Builder server = SimulatedServer.builder();
    private final List<CallFault> faults = new ArrayList<>();
    private int next;
    private boolean help;
    private boolean endWithInput;
    private @Nullable Path keystore;
    private @Nullable String password;

    Parser(List<String> args) {
      this.args = args;
    }

    Options parse() {
      while (next < args.size()) {
        option(args.get(next++));
      }
      if (keystore != null && password == null) {
        throw new IllegalArgumentException("--tls-keystore: needs --tls-password");
      }
      return new Options(help, server, keystore, password, endWithInput, List.copyOf(faults));
    }

    private void option(String name) {
      switch (name) {
        case "--host" -> server.host(value(name));
        case "--port" -> server.port(port(value(name)));
        case "--secret" -> server.secret(value(name));
        case "--profile" -> server.profile(profile(value(name)));
        case "--name" -> server.name(value(name));
        case "--webhooks" -> server.webhooks(true);
        case "--hook-signing" -> server.hookSigning(hookSigning(value(name)));
        case "--callback-waits" -> server.callbackWaits(factor(value(name)));
        case "--recording-state" -> server.recordingState(value(name));
        case "--empty-expiry" -> server.emptyMeetingExpiry(FaultText.duration(value(name), null));
        case "--end-delay" -> server.endDelay(FaultText.duration(value(name), null));
        case "--end-with-input" -> endWithInput = true;
        case "--journal" -> server.journal(Path.of(value(name)));
        case "--tls-keystore" -> keystore = Path.of(value(name));
        case "--tls-password" -> password = value(name);
        case "--fault" -> faults.add(fault(value(name)));
        case "--help", "-h" -> help = true;
        default -> throw new IllegalArgumentException(name + ": no such option");
      }
    }

    private String value(String name) {
      if (next == args.size()) {
        throw new IllegalArgumentException(name + ": needs a value");
      }
      return args.get(next++);
    }

    private static int port(String text) {
      if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
        throw new IllegalArgumentException("--port: " + text + " (expected: 0 to 65535)");
      }
      return Integer.parseInt(text);
    }

    private static Profile profile(String text) {
      return Profile.parse(text)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "--profile: " + text + " (expected: such as 2.7 or 3.0)"));
    }

    private static HookSigning hookSigning(String text) {
      return HookSigning.parse(text)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "--hook-signing: " + text + " (expected: such as sha1 or bearer)"));
    }

    private static double factor(String text) {
      if (!text.matches("\\d{1,3}(\\.\\d{1,9})?")) {
        throw new IllegalArgumentException(
            "--callback-waits: " + text + " (expected: such as 0.01)");
      }
      return Double.parseDouble(text);
    }

    private static CallFault fault(String text) {
      Matcher matcher = FAULT.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("--fault: empty");
      }
      String call = matcher.group(1) == null ? "" : matcher.group(1);
      return new CallFault(call, Fault.parse(matcher.group(2)));
    }
  }
}
