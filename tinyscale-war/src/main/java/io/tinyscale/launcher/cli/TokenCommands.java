package io.tinyscale.launcher.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code token}: the tokens of the admin door. They need no door. */
@Command(name = "token", description = "Make tokens for the admin door.")
final class TokenCommands implements CliCommand {

  private static final String TOKENS_FILE_VARIABLE = "TINYSCALE_ADMIN_TOKENS_FILE";

  @Mixin HelpOption help = new HelpOption();

  @Override
  public ExitCode run(Console console) {
    throw CommandException.wrong("token: write `token create NAME --scope SCOPE`.");
  }

  /** Makes a token. */
  @Command(
      name = "create",
      description = "Make a token, print it once, and write its hash into the file of tokens.")
  static final class Create implements CliCommand {

    private static final List<String> SCOPES = List.of("read", "operate", "admin");
    private static final int BYTES = 32;

    @Parameters(index = "0", paramLabel = "NAME", description = "Whose token it is.")
    String name = "";

    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        required = true,
        description = "What it allows: read, operate or admin.")
    String scope = "";

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description =
            "The file of tokens, instead of "
                + TOKENS_FILE_VARIABLE
                + ". Without a file the line for it is printed.")
    @Nullable String file;

    @Mixin HelpOption help = new HelpOption();

    @Override
    public ExitCode run(Console console) {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
        throw CommandException.wrong("NAME: letters, digits, dots and hyphens only.");
      }
      if (!SCOPES.contains(scope)) {
        throw CommandException.wrong("--scope: not read, operate or admin.");
      }
      String token = token();
      String line = name + " " + scope + " sha256:" + hash(token);
      String path =
          file != null ? file : console.environment().getOrDefault(TOKENS_FILE_VARIABLE, "");
      if (path.isBlank()) {
        console.err().println("Add this line to the file of admin.tokens.file:");
        console.err().println(line);
      } else {
        append(path, line);
        console.err().println("Written to " + path + ". The token is shown this once:");
      }
      console.out().println(token);
      return ExitCode.DONE;
    }

    private static String token() {
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      return "tsk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static String hash(String token) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(hash);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java runtime has SHA-256", e);
      }
    }

    private void append(String path, String line) {
      try {
        Path target = Path.of(path);
        String before = Files.exists(target) ? TokenFile.text(target) : "";
        boolean isTaken =
            before.lines().anyMatch(other -> other.strip().split("\\s+")[0].equals(name));
        if (isTaken) {
          throw new CommandException(
              ExitCode.CONFLICT, name + " has a token in " + path + " already: remove it first.");
        }
        String start = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
        ByteBuffer bytes =
            ByteBuffer.wrap((start + line + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel =
            FileChannel.open(
                target,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                ownersOnly(target))) {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        }
      } catch (InvalidPathException e) {
        throw CommandException.wrong("--file: not the path of a file.");
      } catch (IOException e) {
        throw CommandException.wrong("Cannot write " + path + ": it needs a user that may.");
      }
    }

    /** The rights of a new file, where files have such rights. */
    private static FileAttribute<?>[] ownersOnly(Path target) {
      return target.getFileSystem().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
          }
          : new FileAttribute<?>[0];
    }
  }
}
