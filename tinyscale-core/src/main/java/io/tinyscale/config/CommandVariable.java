package io.tinyscale.config;

/**
 * The environment variables of the commands that look after a running tinyscale. They configure no
 * balancer, but may be set where one starts.
 */
public enum CommandVariable {
  /** Where the admin door is. */
  URL("where the commands find the admin door", "http://127.0.0.1:3006"),
  /** A token. */
  TOKEN("the token of the commands; better a file", ""),
  /** A file that holds the token. */
  TOKEN_FILE("file with the token of the commands", "/etc/tinyscale/admin.token");

  private final String meaning;
  private final String usual;

  CommandVariable(String meaning, String usual) {
    this.meaning = meaning;
    this.usual = usual;
  }

  /** Its name in the environment. */
  public String variable() {
    return ConfigKey.VARIABLE_PREFIX + name();
  }

  /** What it gives, for the help text. */
  public String meaning() {
    return meaning;
  }

  /** What counts without it; empty if nothing. */
  public String usual() {
    return usual;
  }
}
