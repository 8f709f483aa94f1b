package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ServerFields.Field;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for any edit of any pool file. */
class PoolEditsPropertyTest {

  private static final int FILES_OF_A_SEED = 20;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("servers.json");
  }

  static LongStream seeds() {
    return LongStream.range(1, 26);
  }

  @FunctionalInterface
  private interface Law {
    void check(RandomPool pool, Random random) throws IOException;
  }

  private void forManyFiles(long seed, Law law) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < FILES_OF_A_SEED; i++) {
      RandomPool pool = new RandomPool(random, 1 + random.nextInt(5));
      Files.writeString(file, pool.text());
      law.check(pool, random);
    }
  }

  private String edited(PoolEdit edit) throws IOException {
    PoolEdited result = new PoolEdits(file).apply(edit);
    assertThat(result).isInstanceOf(PoolEdited.Done.class);
    String text = Files.readString(file);
    assertThat(((PoolEdited.Done) result).content().servers()).isEqualTo(servers(text));
    return text;
  }

  private static List<Server> servers(String text) {
    return PoolFile.parse(text.startsWith("\uFEFF") ? text.substring(1) : text, "f").servers();
  }

  /** One field with a new value, which the server does not have in any file. */
  private static ServerFields newValue(Field field, Random random) {
    return switch (field) {
      case HOST -> ServerFields.NONE.host("http://10.0.0." + random.nextInt(256) + ":8090/");
      case SECRET -> ServerFields.NONE.secret(Secret.of("another \"secret\" \u00fc\uD83D\uDE00\\"));
      case WEIGHT -> ServerFields.NONE.weight(100 + random.nextInt(900));
      case TAGS -> ServerFields.NONE.tags(List.of("us", "big-one"));
      case STATE -> ServerFields.NONE.state(AdminState.CORDONED);
      case CHECKSUM -> ServerFields.NONE.checksum(ChecksumAlgorithm.SHA384);
      case DRAIN ->
          ServerFields.NONE
              .state(AdminState.CORDONED)
              .drain(
                  new Drain(
                      Instant.parse("2026-11-25T22:00:00Z"),
                      random.nextBoolean(),
                      Drain.Then.REMOVED,
                      "Closing \"now\" \u00e9"));
    };
  }

  private static Server with(Server server, Field field, ServerFields fields) {
    Set<String> tags = field == Field.TAGS ? Set.of("us", "big-one") : server.tags();
    boolean cordons = field == Field.STATE || field == Field.DRAIN;
    return new Server(
        server.name(),
        field == Field.HOST ? fields.address().orElseThrow() : server.api(),
        field == Field.SECRET
            ? Secret.of("another \"secret\" \u00fc\uD83D\uDE00\\")
            : server.secret(),
        field == Field.CHECKSUM ? ChecksumAlgorithm.SHA384 : server.algorithm(),
        field == Field.WEIGHT
            ? Integer.parseInt(fields.json(Field.WEIGHT, true).orElseThrow())
            : server.weight(),
        tags,
        cordons ? AdminState.CORDONED : server.state(),
        field == Field.DRAIN
            ? new Drain(
                Instant.parse("2026-11-25T22:00:00Z"),
                fields.json(Field.DRAIN, true).orElseThrow().contains("\"end\": true"),
                Drain.Then.REMOVED,
                "Closing \"now\" \u00e9")
            : server.drain());
  }

  /** Whether the name of an entry is its own; else it follows the address. */
  private static boolean hasName(RandomPool pool, int entry) {
    return pool.name(entry).startsWith("b" + entry) && !pool.name(entry).contains(".");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aChangedFieldLeavesEverythingElseAsItIs(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          int entry = random.nextInt(pool.entries().size());
          Field field = Field.values()[random.nextInt(Field.values().length)];
          if (field == Field.HOST && !hasName(pool, entry)) {
            return;
          }
          ServerFields fields = newValue(field, random);
          List<Server> expected = new ArrayList<>(servers(pool.text()));
          expected.set(entry, with(expected.get(entry), field, fields));

          String after = edited(new PoolEdit.Change(pool.name(entry), fields));

          assertThat(servers(after)).isEqualTo(expected);
          assertThat(after).startsWith(pool.text().substring(0, pool.start(entry)));
          assertThat(after).endsWith(pool.text().substring(pool.end(entry)));
          assertOtherFieldsStay(pool, entry, after, fields);
        });
  }

  /** Every member of the entry but the edited ones is there in its own spelling, in its order. */
  private static void assertOtherFieldsStay(
      RandomPool pool, int entry, String after, ServerFields fields) {
    String before = pool.text();
    String old = before.substring(pool.start(entry), pool.end(entry));
    String fresh =
        after.substring(pool.start(entry), after.length() - (before.length() - pool.end(entry)));
    List<String> oldMembers = membersOf(old, fields);
    List<String> freshMembers = membersOf(fresh, fields);
    assertThat(freshMembers).isEqualTo(oldMembers);
  }

  /** The members of an object as they are written, those of these fields left out. */
  private static List<String> membersOf(String object, ServerFields fields) {
    List<String> members = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int from = 1;
    for (int i = 1; i < object.length(); i++) {
      char c = object.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else {
          quoted = c != '"';
        }
      } else if (c == '"') {
        quoted = true;
      } else if (depth == 0 && (c == ',' || c == '}')) {
        members.add(object.substring(from, i).strip());
        from = i + 1;
      } else {
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      }
    }
    members.removeIf(
        member ->
            fields.fields().stream()
                .anyMatch(
                    field ->
                        member.startsWith("\"" + field + "\"")
                            || member.startsWith(
                                String.format(
                                    "\"\\u%04x%s\"",
                                    (int) field.toString().charAt(0),
                                    field.toString().substring(1)))));
    return members;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aFieldThatIsAddedAndRemovedLeavesTheFileAsItWas(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          int entry = random.nextInt(pool.entries().size());
          String name = pool.name(entry);
          List<Field> missing =
              List.of(Field.WEIGHT, Field.TAGS, Field.CHECKSUM).stream()
                  .filter(field -> !hasField(pool.entries().get(entry), field))
                  .toList();
          if (missing.isEmpty()) {
            return;
          }
          Field field = missing.get(random.nextInt(missing.size()));

          assertThat(edited(new PoolEdit.Change(name, newValue(field, random))))
              .isNotEqualTo(pool.text());

          assertThat(edited(new PoolEdit.Change(name, ServerFields.NONE.without(field))))
              .isEqualTo(pool.text());
        });
  }

  private static boolean hasField(String entry, Field field) {
    return membersOf(entry, ServerFields.NONE.without(field)).size()
        < membersOf(entry, ServerFields.NONE).size();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aServerThatIsAddedAndRemovedLeavesTheFileAsItWas(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          List<Server> expected = new ArrayList<>(servers(pool.text()));
          expected.add(
              new Server(
                  "new",
                  URI.create("https://new.example.org/bigbluebutton/api"),
                  Secret.of("the secret of the new one"),
                  ChecksumAlgorithm.SHA256,
                  7,
                  Set.of("gpu"),
                  AdminState.ENABLED));

          String after =
              edited(
                  new PoolEdit.Add(
                      "new",
                      "https://new.example.org",
                      Secret.of("the secret of the new one"),
                      ServerFields.NONE.weight(7).tags(List.of("gpu"))));

          assertThat(servers(after)).isEqualTo(expected);
          int lastEnd = pool.end(pool.entries().size() - 1);
          assertThat(after)
              .startsWith(pool.text().substring(0, lastEnd))
              .endsWith(pool.text().substring(lastEnd));
          assertThat(edited(new PoolEdit.Remove("new"))).isEqualTo(pool.text());
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aRemovedServerLeavesTheOtherEntriesAsTheyAre(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          int size = pool.entries().size();
          int entry = random.nextInt(size);
          List<Server> expected = new ArrayList<>(servers(pool.text()));
          expected.remove(entry);
          if (expected.stream().allMatch(server -> server.state() == AdminState.DISABLED)) {
            assertThat(new PoolEdits(file).apply(new PoolEdit.Remove(pool.name(entry))))
                .isInstanceOfSatisfying(
                    PoolEdited.Refused.class,
                    refused ->
                        assertThat(refused.reason()).isEqualTo(PoolEdited.Reason.LAST_SERVER));
            assertThat(file).hasContent(pool.text());
            return;
          }

          String after = edited(new PoolEdit.Remove(pool.name(entry)));

          assertThat(servers(after)).isEqualTo(expected);
          // Exactly one piece is gone, which is the entry with one comma and the blanks beside it.
          int from = entry == 0 ? pool.start(0) : pool.end(entry - 1);
          int to = entry == 0 ? pool.start(1) : pool.end(entry);
          assertThat(after).isEqualTo(pool.text().substring(0, from) + pool.text().substring(to));
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void changesOfDifferentServersCommute(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          List<Integer> two =
              random.ints(0, pool.entries().size()).distinct().limit(1).boxed().toList();
          int first = two.get(0);
          int second = (first + 1) % pool.entries().size();
          if (first == second) {
            return;
          }
          PoolEdit one = new PoolEdit.Change(pool.name(first), newValue(Field.WEIGHT, random));
          PoolEdit other =
              new PoolEdit.Change(
                  pool.name(second), newValue(Field.STATE, random).tags(List.of("us")));
          assertCommute(pool, one, other, true);
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void changesOfDifferentFieldsCommute(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          String name = pool.name(random.nextInt(pool.entries().size()));
          PoolEdit one = new PoolEdit.Change(name, newValue(Field.WEIGHT, random));
          PoolEdit other = new PoolEdit.Change(name, newValue(Field.CHECKSUM, random));
          // New fields stand in the order in which they came.
          assertCommute(pool, one, other, false);
        });
  }

  private void assertCommute(RandomPool pool, PoolEdit one, PoolEdit other, boolean byteForByte)
      throws IOException {
    edited(one);
    String oneFirst = edited(other);
    Files.writeString(file, pool.text());
    edited(other);
    String otherFirst = edited(one);

    assertThat(servers(oneFirst)).isEqualTo(servers(otherFirst));
    assertThat(oneFirst).hasSameSizeAs(otherFirst);
    if (byteForByte) {
      assertThat(oneFirst).isEqualTo(otherFirst);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anEditThatChangesNothingWritesNothing(long seed) throws IOException {
    forManyFiles(
        seed,
        (pool, random) -> {
          List<Server> servers = servers(pool.text());
          Object before = Files.readAttributes(file, "unix:ino").get("ino");
          for (Server server : servers) {
            PoolEdited result =
                new PoolEdits(file)
                    .apply(
                        new PoolEdit.Change(
                            server.name(),
                            ServerFields.NONE
                                .host(server.api().toString())
                                .secret(server.secret())
                                .weight(server.weight())
                                .tags(server.tags())
                                .state(server.state())
                                .checksum(server.algorithm())));
            assertThat(result)
                .isInstanceOfSatisfying(
                    PoolEdited.Done.class, done -> assertThat(done.written()).isFalse());
          }
          assertThat(Files.readAttributes(file, "unix:ino").get("ino")).isEqualTo(before);
          assertThat(Files.readString(file)).isEqualTo(pool.text());
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aHundredEditsKeepEveryNote(long seed) throws IOException {
    Random random = new Random(seed);
    RandomPool pool = new RandomPool(random, 4);
    Files.writeString(file, pool.text());
    PoolEdits edits = new PoolEdits(file);

    IntStream.range(0, 100)
        .forEach(
            i -> {
              Field field = List.of(Field.WEIGHT, Field.TAGS, Field.CHECKSUM).get(i % 3);
              edits.apply(
                  new PoolEdit.Change(
                      pool.name(random.nextInt(4)),
                      random.nextBoolean()
                          ? newValue(field, random)
                          : ServerFields.NONE.without(field)));
            });

    String after = Files.readString(file);
    pool.entries().stream()
        .flatMap(entry -> membersOf(entry, ServerFields.NONE).stream())
        .filter(member -> member.startsWith("\"_") || member.startsWith("\"\\u005f"))
        .forEach(note -> assertThat(after).contains(note));
  }
}
