package io.tinyscale.config;

import java.util.List;

/** What became of an edit of the pool file. */
public sealed interface PoolEdited {

  /**
   * The file says what it shall say.
   *
   * @param content what it says now
   * @param written whether that took a new file; if not, the file said so already
   */
  record Done(PoolFile.Content content, boolean written) implements PoolEdited {}

  /**
   * Nothing was written.
   *
   * @param problems what is wrong, each with its fix; at least one
   */
  record Refused(Reason reason, List<String> problems) implements PoolEdited {

    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /** Why an edit was refused. */
  enum Reason {
    /** The file cannot be read, or has mistakes. */
    FILE_INVALID,
    /** The file has no server of that name. */
    SERVER_UNKNOWN,
    /** The file has a server of that name. */
    NAME_TAKEN,
    /** The file has a server with that address. */
    ADDRESS_TAKEN,
    /** No server would be left that is not disabled. */
    LAST_SERVER,
    /** No server would be left that is enabled. */
    LAST_ENABLED,
    /** A server without a {@code name} of its own would get another name. */
    RENAMES,
    /** The server would be wrong in itself. */
    INVALID_SERVER,
    /** The edit was wanted in another revision of the file. */
    CHANGED,
    /** By what the file says now, the edit is wanted no more. */
    NOT_WANTED,
    /** The file cannot be replaced. */
    READ_ONLY,
    /** Others keep changing the file. */
    BUSY
  }
}
