package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PlotTest {

  @Test
  void barsAreAsLongAsTheirValues() throws Exception {
    Document svg =
        parsed(
            Plot.bars(
                "a < b & c",
                List.of(new Plot.Bar("one", 10, false), new Plot.Bar("two", 5, true))));

    assertThat(svg.getDocumentElement().getTextContent()).contains("a < b & c", "one", "10.0");
    double first = width(svg, 1);
    double second = width(svg, 2);
    assertThat(first).isEqualTo(2 * second);
  }

  private static double width(Document svg, int rectangle) {
    return Double.parseDouble(
        svg.getElementsByTagName("rect")
            .item(rectangle)
            .getAttributes()
            .getNamedItem("width")
            .getNodeValue());
  }

  @Test
  void linesHaveAPointForEachValueAndALabelEach() throws Exception {
    Map<String, Double> points = new LinkedHashMap<>();
    points.put("2 s", 1.0);
    points.put("10 s", 3.0);
    points.put("60 s", 8.0);

    Document svg =
        parsed(
            Plot.lines(
                "title",
                "pause",
                List.of(
                    new Plot.Line("own", true, points), new Plot.Line("other", false, points))));

    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    String line =
        svg.getElementsByTagName("polyline")
            .item(0)
            .getAttributes()
            .getNamedItem("points")
            .getNodeValue();
    assertThat(line.split(" ")).hasSize(3);
    assertThat(svg.getDocumentElement().getTextContent()).contains("own", "other", "pause", "60 s");
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
