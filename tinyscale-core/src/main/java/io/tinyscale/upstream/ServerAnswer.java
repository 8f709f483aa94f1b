package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiReply;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server's answer says of the server and the call. {@link ServerCalls} reads each answer
 * once; the passive check, the report of a wrong secret and the relay all go by that reading.
 */
public sealed interface ServerAnswer {

  /** What the answer shows of its server. */
  Evidence evidence();

  /** Whether BBB certainly gave the answer. */
  default boolean isOfBbb() {
    return false;
  }

  /** The result of the function for this case. */
  <T> T fold(
      Function<Said, T> said,
      Function<NotBbb, T> notBbb,
      Supplier<T> refusesSecret,
      Function<LacksCall, T> lacksCall);

  /**
   * An answer of BBB, as far as its first 32 KiB tell.
   *
   * @param succeeded whether it says SUCCESS; false as well for an answer that cannot be read to a
   *     call that tinyscale does not know
   * @param content what it says; null if that was not needed to tell SUCCESS
   */
  record Said(boolean succeeded, @Nullable ApiReply content, Evidence evidence)
      implements ServerAnswer {

    /** The key of a FAILED answer; empty otherwise. */
    public String messageKey() {
      return content == null ? "" : content.messageKey();
    }

    @Override
    public boolean isOfBbb() {
      return succeeded || content != null || evidence == Evidence.SOUND;
    }

    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<NotBbb, T> notBbb,
        Supplier<T> refusesSecret,
        Function<LacksCall, T> lacksCall) {
      return said.apply(this);
    }
  }

  /**
   * No answer of BBB: a page, an error of a web server, junk.
   *
   * @param defect what is wrong with it, for the log
   */
  record NotBbb(String defect, Evidence evidence) implements ServerAnswer {

    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<NotBbb, T> notBbb,
        Supplier<T> refusesSecret,
        Function<LacksCall, T> lacksCall) {
      return notBbb.apply(this);
    }
  }

  /** The server refused our checksum, which is no fault of any caller. */
  record RefusesSecret() implements ServerAnswer {

    @Override
    public Evidence evidence() {
      return Evidence.NOTHING;
    }

    @Override
    public boolean isOfBbb() {
      return true;
    }

    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<NotBbb, T> notBbb,
        Supplier<T> refusesSecret,
        Function<LacksCall, T> lacksCall) {
      return refusesSecret.get();
    }
  }

  /**
   * The server does not have the call, or not with this method.
   *
   * @param status 404 or 405
   */
  record LacksCall(int status) implements ServerAnswer {

    /** What is wrong with the answer, for the log. */
    public String defect() {
      return "HTTP " + status;
    }

    @Override
    public Evidence evidence() {
      return Evidence.NOTHING;
    }

    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<NotBbb, T> notBbb,
        Supplier<T> refusesSecret,
        Function<LacksCall, T> lacksCall) {
      return lacksCall.apply(this);
    }
  }
}
