package io.tinyscale.bbb;

import java.io.Reader;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Readers for XML that somebody else wrote: no document type, so no entity of its own, nothing
 * fetched, nothing that grows. They read characters: given bytes, the JDK's parser complains of
 * wrong ones on {@code System.err}.
 */
final class SafeXml {

  /** Where the texts are that are read further down. */
  private static final String METADATA = "metadata";

  /** What a front end says of a meeting's size. */
  static final String SIZE_HINT = METADATA + "/bbb-meeting-size-hint";

  /** What kind of program a meeting's front end is. */
  static final String ORIGIN = METADATA + "/bbb-origin";

  /** The host of a meeting's front end. */
  static final String ORIGIN_SERVER = METADATA + "/bbb-origin-server-name";

  /** All texts further down that are read, by the names of their elements. */
  static final Map<String, String> INNER =
      Stream.of(SIZE_HINT, ORIGIN, ORIGIN_SERVER)
          .collect(
              Collectors.toUnmodifiableMap(
                  path -> path.substring(METADATA.length() + 1), Function.identity()));

  private static final XMLInputFactory FACTORY = factory();

  private SafeXml() {}

  /**
   * The texts of the elements right below the root of a well-formed document, and those of {@link
   * #INNER}.
   *
   * @param root how the root element must be called
   * @return element name to text, trimmed; the first wins where a name comes twice
   */
  static Map<String, String> children(Reader document, String root) throws XMLStreamException {
    Map<String, String> children = new HashMap<>();
    readChildren(FACTORY.createXMLStreamReader(document), root, children);
    return children;
  }

  /** Like {@link #children}, but what was read before a mistake counts. */
  static Map<String, String> childrenUpToMistake(Reader document, String root) {
    Map<String, String> children = new HashMap<>();
    try {
      readChildren(FACTORY.createXMLStreamReader(document), root, children);
    } catch (XMLStreamException e) {
      // What was read before counts.
    }
    return children;
  }

  private static void readChildren(
      XMLStreamReader reader, String root, Map<String, String> children) throws XMLStreamException {
    int depth = 0;
    String name = "";
    @Nullable String inner = null;
    StringBuilder text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          if (depth == 1 && !reader.getLocalName().equals(root)) {
            throw new XMLStreamException("the root element is not " + root);
          }
          if (depth == 2) {
            name = reader.getLocalName();
            text.setLength(0);
          }
          inner = depth == 3 && name.equals(METADATA) ? INNER.get(reader.getLocalName()) : null;
          if (inner != null) {
            text.setLength(0);
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (depth == 2 || inner != null) {
            text.append(reader.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          if (depth == 2) {
            children.putIfAbsent(name, text.toString().trim());
          }
          if (inner != null) {
            children.putIfAbsent(inner, text.toString().trim());
            text.setLength(0);
            inner = null;
          }
          depth--;
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XMLStreamException("neither document types nor entities are read");
        default -> {
          // Comments and the like say nothing.
        }
      }
    }
  }

  private static XMLInputFactory factory() {
    // The JDK's own, whatever a container puts on the class path: these switches are its.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("external entities are not read");
        });
    return factory;
  }
}
