package io.tinyscale.launcher.cli;

/**
 * What the admin door answers to a call that succeeds.
 *
 * @param text the JSON as it came
 */
record Reply(int status, String text, Fields body) {

  /** Prints the JSON unchanged. */
  void printTo(Console console) {
    console.out().print(text.endsWith("\n") ? text : text + "\n");
    console.out().flush();
  }
}
