package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a document that have a name, in a comment before them: what a test takes out of the
 * document and runs.
 */
final class GuideBlocks {

  private static final Pattern NAMED =
      Pattern.compile("(?ms)^<!-- block: (\\S+) -->\n```\\w+\n(.*?)^```$");
  private static final Pattern ANY = Pattern.compile("(?ms)^[^\n]*\n[^\n]*\n```\\w+\n.*?^```$");

  private final String text;
  private final Map<String, String> blocks = new LinkedHashMap<>();

  /** Those of a file in docs. */
  GuideBlocks(String document) {
    try {
      text = Files.readString(Path.of("..", "docs", document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    NAMED.matcher(text).results().forEach(block -> blocks.put(block.group(1), block.group(2)));
  }

  /** The names of all blocks that have one. */
  Set<String> names() {
    return blocks.keySet();
  }

  /** Every block, also without a name, with the two lines before it. */
  List<String> all() {
    return ANY.matcher(text).results().map(MatchResult::group).toList();
  }

  /** The text of a block. */
  String get(String name) {
    assertThat(blocks).containsKey(name);
    return blocks.get(name);
  }

  /** What stands between backquotes in the document and begins so. */
  String inline(String beginning) {
    Matcher found = Pattern.compile("`(" + Pattern.quote(beginning) + "[^`]+)`").matcher(text);
    assertThat(found.find()).as(beginning).isTrue();
    return found.group(1);
  }
}
