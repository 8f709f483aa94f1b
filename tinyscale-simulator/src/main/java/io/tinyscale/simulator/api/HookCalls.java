package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The calls of bbb-webhooks, a separate process that checks and answers in its own way. */
final class HookCalls {
  private static final Failure CHECKSUM =
      new Failure("checksumError", "You did not pass the checksum security check.");

  private final Hooks hooks;
  private final Checksums checksums;
  private final Profile profile;

  HookCalls(Hooks hooks, Checksums checksums, Profile profile) {
    this.hooks = hooks;
    this.checksums = checksums;
    this.profile = profile;
  }

  /** A call that answers only if the checksum is right. */
  ApiCall verified(Function<ApiRequest, Response> call) {
    return request ->
        checksums.ofHookCall(request) == Checksums.Verdict.VERIFIED
            ? call.apply(request)
            : Answers.failed(CHECKSUM);
  }

  /** Registers a URL once, whatever its meeting; registering it again changes nothing. */
  Response create(ApiRequest request) {
    Optional<String> url = request.filled("callbackURL");
    if (url.isEmpty()) {
      return Answers.failed(
          new Failure(
              "missingParamCallbackURL", "You must specify a callbackURL in the parameters."));
    }
    boolean raw = rawData(request);
    Hooks.Registration registration =
        hooks.register(
            url.get(),
            request.filled("meetingID"),
            request.filled("eventID"),
            raw,
            number -> profile.numbersHooks() ? String.valueOf(number) : newId());
    Hooks.Hook hook = registration.hook();
    return Answers.success(
        xml -> {
          xml.element("hookID", hook.id());
          if (registration.isNew()) {
            xml.element("permanentHook", false).element("rawData", hook.rawData());
          } else {
            xml.element("messageKey", "duplicateWarning")
                .element("message", "There is already a hook for this callback URL.");
          }
        });
  }

  /** bbb-webhooks, too, fails on a value that is neither true nor false. */
  private static boolean rawData(ApiRequest request) {
    String value = request.filled("getRaw").orElse("false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("getRaw: " + value);
    }
    return value.equals("true");
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  Response destroy(ApiRequest request) {
    Optional<String> id = request.filled("hookID");
    if (id.isEmpty()) {
      return Answers.failed(
          new Failure("missingParamHookID", "You must specify a hookID in the parameters."));
    }
    return hooks.remove(id.get())
        ? Answers.success(xml -> xml.element("removed", true))
        : Answers.failed(
            new Failure(
                "destroyMissingHook", "The hook informed was not found or could not be removed."));
  }

  /** Lists all hooks, or with a meeting the hooks of that meeting and of all meetings. */
  Response list(ApiRequest request) {
    Optional<String> meetingId = request.filled("meetingID");
    List<Hooks.Hook> wanted =
        hooks.all().stream().filter(h -> meetingId.isEmpty() || h.isFor(meetingId.get())).toList();
    return Answers.success(
        xml -> {
          xml.open("hooks");
          for (Hooks.Hook hook : wanted) {
            write(xml, hook);
          }
          xml.close("hooks");
        });
  }

  private static void write(Xml xml, Hooks.Hook hook) throws IOException {
    xml.open("hook").element("hookID", hook.id()).cdata("callbackURL", hook.callbackUrl());
    if (hook.meetingId().isPresent()) {
      xml.cdata("meetingID", hook.meetingId().get());
    }
    if (hook.eventIds().isPresent()) {
      xml.element("eventID", hook.eventIds().get());
    }
    xml.element("permanentHook", false).element("rawData", hook.rawData()).close("hook");
  }
}
