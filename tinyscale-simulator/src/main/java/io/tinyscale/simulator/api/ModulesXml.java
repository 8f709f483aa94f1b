package io.tinyscale.simulator.api;

import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a body of {@code <modules>}, which create and insertDocument take. It reads a stream and
 * does not hold the base64 documents, which may have any size. It refuses a document type.
 *
 * @param documents number of documents in the presentation module
 */
record ModulesXml(boolean hasPresentation, int documents) {

  static ModulesXml read(InputStream body) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    XMLStreamReader xml = factory.createXMLStreamReader(body);
    try {
      return read(xml);
    } finally {
      xml.close();
    }
  }

  private static ModulesXml read(XMLStreamReader xml) throws XMLStreamException {
    boolean presentation = false;
    boolean inPresentation = false;
    int documents = 0;
    int depth = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.DTD -> throw new XMLStreamException("document type not allowed");
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          if (depth == 1 && !xml.getLocalName().equals("modules")) {
            throw new XMLStreamException("modules expected");
          }
          if (depth == 2) {
            inPresentation = "presentation".equals(xml.getAttributeValue(null, "name"));
            presentation |= inPresentation;
          }
          if (depth == 3 && inPresentation && xml.getLocalName().equals("document")) {
            documents++;
          }
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {
          // Text: the contents of the documents are ignored.
        }
      }
    }
    return new ModulesXml(presentation, documents);
  }
}
