package io.tinyscale.bbb;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Our own documents, in the shape BBB servers give theirs: no XML declaration, no namespace, root
 * element {@code response}.
 */
public final class ApiDocument {

  /** The media type of every XML answer. */
  public static final String XML = "text/xml;charset=UTF-8";

  /** The media type of every JSON answer. */
  public static final String JSON = "application/json;charset=UTF-8";

  private static final String VERSION = "2.0";

  private ApiDocument() {}

  /** The root's answer; it names no server and no release. */
  public static byte[] root() {
    return success(
        document -> {
          document.element("version", VERSION);
          document.element("apiVersion", VERSION);
          document.element("bbbVersion", "");
        });
  }

  /** The root's answer for callers that announce JSON (3.0). */
  public static byte[] rootJson() {
    return json(
        "\"returncode\":\"SUCCESS\",\"version\":\""
            + VERSION
            + "\",\"apiVersion\":\""
            + VERSION
            + "\",\"bbbVersion\":\"\"");
  }

  /** A FAILED answer. */
  public static byte[] failed(ApiError error) {
    return write(
        document -> {
          document.element("returncode", "FAILED");
          document.element("messageKey", error.messageKey());
          document.element("message", error.message());
        });
  }

  /** A FAILED answer for the calls that answer in JSON. */
  public static byte[] failedJson(ApiError error) {
    return json(
        "\"returncode\":\"FAILED\",\"messageKey\":\""
            + jsonText(error.messageKey())
            + "\",\"message\":\""
            + jsonText(error.message())
            + "\"");
  }

  /** The one answer a server gives for a meeting that it does not know or nobody is in. */
  public static byte[] notRunning() {
    return success(document -> document.element("running", "false"));
  }

  /** The answer to a hooks/create that registered a webhook. */
  public static byte[] hookCreated(Hook hook) {
    return success(
        document -> {
          document.element("hookID", hook.commonId());
          document.element("permanentHook", Boolean.toString(hook.permanent()));
          document.element("rawData", Boolean.toString(hook.rawData()));
        });
  }

  /** The answer to a hooks/create for a callback URL that was registered before. */
  public static byte[] hookKnown(Hook hook) {
    return success(
        document -> {
          document.element("hookID", hook.commonId());
          document.element("messageKey", MessageKeys.DUPLICATE_WARNING);
          document.element("message", "There is already a hook for this callback URL.");
        });
  }

  /** The answer to a hooks/destroy that took a webhook away. */
  public static byte[] hookRemoved() {
    return success(document -> document.element("removed", "true"));
  }

  /** The answer to hooks/list, with the ids that all servers have in common. */
  public static byte[] hooks(Collection<Hook> hooks) {
    return success(
        document -> {
          document.begin("hooks");
          for (Hook hook : hooks) {
            document.begin("hook");
            document.element("hookID", hook.commonId());
            document.element("callbackURL", hook.callbackUrl());
            if (!hook.meetingId().isEmpty()) {
              document.element("meetingID", hook.meetingId());
            }
            if (!hook.eventId().isEmpty()) {
              document.element("eventID", hook.eventId());
            }
            document.element("permanentHook", Boolean.toString(hook.permanent()));
            document.element("rawData", Boolean.toString(hook.rawData()));
            document.end();
          }
          document.end();
        });
  }

  /** What stands before the items of a list. */
  public static byte[] beforeItems(ListingKind kind) {
    return ("<response><returncode>SUCCESS</returncode><" + kind.list() + ">")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What stands behind the items of a list.
   *
   * @param empty whether there are none
   * @param afterList elements that stand behind the list, as XML
   */
  public static byte[] behindItems(ListingKind kind, boolean empty, String afterList) {
    String nothing =
        "<messageKey>"
            + kind.emptyKey()
            + "</messageKey><message>"
            + kind.emptyMessage()
            + "</message>";
    return ("</" + kind.list() + ">" + afterList + (empty ? nothing : "") + "</response>")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The errors parameter of a redirect after a failed join: a JSON list of one. */
  public static String errorsJson(ApiError error) {
    return "[{\"key\":\""
        + jsonText(error.messageKey())
        + "\",\"message\":\""
        + jsonText(error.message())
        + "\"}]";
  }

  private static byte[] success(Consumer<Elements> content) {
    return write(
        document -> {
          document.element("returncode", "SUCCESS");
          content.accept(document);
        });
  }

  private static byte[] write(Consumer<Elements> content) {
    StringWriter text = new StringWriter();
    Elements elements = new Elements(text);
    elements.begin("response");
    content.accept(elements);
    elements.end();
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] json(String members) {
    return ("{\"response\":{" + members + "}}").getBytes(StandardCharsets.UTF_8);
  }

  /** A text as it stands between the quotes of a JSON string (RFC 8259, section 7). */
  private static String jsonText(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Writes elements; in memory nothing can fail. */
  private static final class Elements {

    private final XMLStreamWriter writer;

    Elements(StringWriter text) {
      try {
        writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      } catch (XMLStreamException e) {
        throw new IllegalStateException(e);
      }
    }

    void begin(String name) {
      attempt(() -> writer.writeStartElement(name));
    }

    void end() {
      attempt(writer::writeEndElement);
      attempt(writer::flush);
    }

    void element(String name, String text) {
      attempt(() -> writer.writeStartElement(name));
      attempt(() -> writer.writeCharacters(text));
      attempt(writer::writeEndElement);
    }

    private interface Step {
      void run() throws XMLStreamException;
    }

    private static void attempt(Step step) {
      try {
        step.run();
      } catch (XMLStreamException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
