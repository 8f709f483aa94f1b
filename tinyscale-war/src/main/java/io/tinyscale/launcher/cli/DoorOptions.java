package io.tinyscale.launcher.cli;

import io.tinyscale.config.CommandVariable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command finds the admin door, and its token. */
final class DoorOptions {

  static final String USUAL_URL = "http://127.0.0.1:3006";
  static final String USUAL_TOKEN_FILE = "/etc/tinyscale/admin.token";

  /** What an address without a port has as its port. */
  private static final int NO_PORT = -1;

  private static final int LARGEST_PORT = 65535;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The admin door; TINYSCALE_URL without it, or " + USUAL_URL + ".")
  @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "The file with the token, instead of TINYSCALE_TOKEN, TINYSCALE_TOKEN_FILE or "
              + USUAL_TOKEN_FILE
              + ".")
  @Nullable String tokenFile;

  @Mixin HelpOption help = new HelpOption();

  /** The door, which is not asked anything yet. */
  AdminClient open(Console console) {
    return open(url, tokenFile, console);
  }

  /** The door at an address, with the token of a file; null stands for an option not given. */
  static AdminClient open(@Nullable String url, @Nullable String tokenFile, Console console) {
    return new AdminClient(
        address(url, console.environment()), token(tokenFile, console.environment()));
  }

  private static URI address(@Nullable String url, Map<String, String> environment) {
    String variable = environment.getOrDefault(CommandVariable.URL.variable(), "");
    String source = url != null ? "--url" : CommandVariable.URL.variable();
    String text = url != null ? url : variable.isBlank() ? USUAL_URL : variable;
    try {
      URI uri = new URI(text.strip().replaceFirst("/+$", ""));
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp
          && uri.getHost() != null
          && isPort(uri.getPort())
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The same problem as another scheme.
    }
    // The value stays out: it may hold a password.
    throw CommandException.wrong(
        source + ": not the address of an admin door, such as " + USUAL_URL + ".");
  }

  private static boolean isPort(int port) {
    return port == NO_PORT || port >= 1 && port <= LARGEST_PORT;
  }

  private static Optional<String> token(
      @Nullable String tokenFile, Map<String, String> environment) {
    if (tokenFile != null) {
      return Optional.of(TokenFile.read(path("--token-file", tokenFile)));
    }
    String token = environment.getOrDefault(CommandVariable.TOKEN.variable(), "");
    if (!token.isBlank()) {
      return Optional.of(TokenFile.checked(token.strip(), CommandVariable.TOKEN.variable()));
    }
    String variable = CommandVariable.TOKEN_FILE.variable();
    String file = environment.getOrDefault(variable, "");
    if (!file.isBlank()) {
      return Optional.of(TokenFile.read(path(variable, file)));
    }
    Path usual = Path.of(USUAL_TOKEN_FILE);
    return Files.isReadable(usual) ? Optional.of(TokenFile.read(usual)) : Optional.empty();
  }

  private static Path path(String source, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw CommandException.wrong(source + ": not the path of a file.");
    }
  }
}
