package io.tinyscale.bench.placement;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Plain plots as SVG. */
final class Plot {

  private static final int WIDTH = 760;
  private static final String OURS = "#0b6e4f";
  private static final List<String> OTHERS =
      List.of("#8a8a8a", "#b3541e", "#3c5a99", "#7d3c98", "#a08a00", "#555555");
  private static final List<String> OWN = List.of("#0b6e4f", "#4fb286", "#1f9bb0");

  private Plot() {}

  /**
   * One bar.
   *
   * @param isOwn whether it is set off in colour
   */
  record Bar(String label, double value, boolean isOwn) {}

  /**
   * One line.
   *
   * @param points the values by the labels below them, from left to right; the same labels in all
   *     lines
   */
  record Line(String label, boolean isOwn, Map<String, Double> points) {}

  /** Bars from left to right, one below the other, each with its value. */
  static String bars(String title, List<Bar> bars) {
    int left = 250;
    int top = 44;
    int step = 24;
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(0);
    double scale = most == 0 ? 0 : (WIDTH - left - 70) / most;
    StringBuilder svg = open(top + step * bars.size() + 12);
    text(svg, 12, 24, "start", "font-weight=\"bold\"", title);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int y = top + step * i;
      text(svg, left - 8, y + 13, "end", "", bar.label());
      svg.append(
          format(
              "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
              left,
              y,
              Math.max(1, scale * bar.value()),
              step - 7,
              bar.isOwn() ? OURS : OTHERS.get(0)));
      text(svg, left + scale * bar.value() + 6, y + 13, "start", "", format("%.1f", bar.value()));
    }
    return svg.append("</svg>\n").toString();
  }

  /** Lines over values with equal distances; the axis of the values begins at 0. */
  static String lines(String title, String below, List<Line> lines) {
    int left = 50;
    int right = 480;
    int top = 50;
    int bottom = 320;
    double most =
        lines.stream()
            .flatMap(line -> line.points().values().stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    double unit = tick(most);
    double end = Math.max(unit, Math.ceil(most / unit) * unit);
    StringBuilder svg = open(bottom + 56);
    text(svg, 12, 24, "start", "font-weight=\"bold\"", title);
    for (double value = 0; value <= end + unit / 2; value += unit) {
      double y = bottom - (bottom - top) * value / end;
      svg.append(
          format(
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
              left, y, right, y));
      text(svg, left - 8, y + 4, "end", "", format("%s", number(value)));
    }
    List<String> labels = List.copyOf(lines.get(0).points().keySet());
    for (int i = 0; i < labels.size(); i++) {
      text(svg, x(left, right, i, labels.size()), bottom + 18, "middle", "", labels.get(i));
    }
    text(svg, (left + right) / 2.0, bottom + 42, "middle", "", below);
    double[] heights = heights(lines, top, bottom, end);
    int own = 0;
    int others = 0;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      String colour =
          line.isOwn() ? OWN.get(own++ % OWN.size()) : OTHERS.get(others++ % OTHERS.size());
      StringBuilder points = new StringBuilder();
      int place = 0;
      for (double value : line.points().values()) {
        points.append(
            format(
                "%.1f,%.1f ",
                x(left, right, place++, labels.size()), bottom - (bottom - top) * value / end));
      }
      svg.append(
          format(
              "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>%n",
              points.toString().trim(), colour, line.isOwn() ? "3" : "2"));
      text(svg, right + 10, heights[i] + 4, "start", "fill=\"" + colour + "\"", line.label());
    }
    return svg.append("</svg>\n").toString();
  }

  /** Where the names of the lines go: beside their ends, but not on top of each other. */
  private static double[] heights(List<Line> lines, int top, int bottom, double end) {
    int apart = 17;
    double[] heights = new double[lines.size()];
    List<Integer> highestFirst =
        IntStream.range(0, lines.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -last(lines.get(i))))
            .toList();
    double free = top;
    for (int i : highestFirst) {
      heights[i] = Math.max(free, bottom - (bottom - top) * last(lines.get(i)) / end);
      free = heights[i] + apart;
    }
    double limit = bottom;
    for (int place = highestFirst.size() - 1; place >= 0; place--) {
      int i = highestFirst.get(place);
      heights[i] = Math.min(heights[i], limit);
      limit = heights[i] - apart;
    }
    return heights;
  }

  private static double last(Line line) {
    double last = 0;
    for (double value : line.points().values()) {
      last = value;
    }
    return last;
  }

  private static double x(int left, int right, int place, int places) {
    return left + 20 + (right - left - 40.0) * place / Math.max(1, places - 1);
  }

  /** A round distance of about five grid lines. */
  private static double tick(double most) {
    double rough = Math.max(most, 1e-6) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? format("%.0f", value) : format("%.2f", value);
  }

  private static StringBuilder open(int height) {
    return new StringBuilder(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d"
                + " %d\" font-family=\"sans-serif\" font-size=\"13\">%n<rect width=\"100%%\""
                + " height=\"100%%\" fill=\"white\"/>%n",
            WIDTH, height, WIDTH, height));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String attributes, String text) {
    svg.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
            x, y, anchor, attributes.isEmpty() ? "" : " " + attributes, escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
