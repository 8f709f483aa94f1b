package io.tinyscale.launcher.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
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
        console.out().println(token);
      } else {
        keep(path, line, token, console);
      }
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

    /**
     * Prints the token, and then keeps its hash. A token without a hash opens nothing, and is made
     * again by the same command. A hash whose token could not be printed would be of use to nobody,
     * and would hold the name until somebody removes it. What can be refused is refused before.
     */
    private void keep(String path, String line, String token, Console console) {
      try {
        Path target = Path.of(path);
        String before = before(target);
        ByteBuffer bytes =
            ByteBuffer.wrap(
                ((before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line + "\n")
                    .getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = open(target)) {
          console.err().println("The token is shown this once; its hash goes into " + path + ":");
          console.out().println(token);
          console.requireWritten();
          append(channel, bytes);
        }
      } catch (InvalidPathException e) {
        throw CommandException.wrong("--file: not the path of a file.");
      } catch (IOException e) {
        throw CommandException.wrong(
            "Cannot write "
                + path
                + ": it needs a user that may, and room on the disk. No token was made.");
      }
    }

    /** What the file says, without a token of this name. */
    private String before(Path target) {
      String before = Files.exists(target) ? TokenFile.text(target) : "";
      boolean isTaken =
          before.lines().anyMatch(other -> other.strip().split("\\s+")[0].equals(name));
      if (isTaken) {
        throw new CommandException(
            ExitCode.CONFLICT, name + " has a token in " + target + " already: remove it first.");
      }
      return before;
    }

    /** Makes the file if there is none, but not where a link leads to nothing. */
    private static FileChannel open(Path target) throws IOException {
      return Files.exists(target)
          ? FileChannel.open(
              target.toRealPath(), StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)
          : FileChannel.open(
              target,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownersOnly(target));
    }

    /** Half a line would make the whole file unreadable for tinyscale. */
    private static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
      long size = channel.size();
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.truncate(size);
        throw e;
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
