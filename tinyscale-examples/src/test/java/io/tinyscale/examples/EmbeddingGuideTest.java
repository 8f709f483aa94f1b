package io.tinyscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the guide shows is what the tests run. */
class EmbeddingGuideTest {

  private static final Path ROOT = Path.of("..");

  private static final Pattern SHOWN =
      Pattern.compile("<!-- file: (\\S+) -->\n```\\w+\n(.*?)```\n", Pattern.DOTALL);

  /** All but commands. */
  private static final Pattern FILE = Pattern.compile("```(?!sh\n)\\w+\n");

  /** What this build needs, and a reader's own does not. */
  private static final Pattern NOT_SHOWN =
      Pattern.compile(" *<!-- Not in the guide: .*?</plugin>\n", Pattern.DOTALL);

  @Test
  void showsFilesAsTheyAre() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/embedding.md"));
    List<MatchResult> shown = SHOWN.matcher(guide).results().toList();

    assertThat(shown).hasSameSizeAs(FILE.matcher(guide).results().toList());
    for (MatchResult file : shown) {
      assertThat(file.group(2))
          .as(file.group(1))
          .isEqualTo(
              NOT_SHOWN.matcher(Files.readString(ROOT.resolve(file.group(1)))).replaceAll(""));
    }
  }
}
