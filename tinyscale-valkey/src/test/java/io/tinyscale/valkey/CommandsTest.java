package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Notice;
import io.tinyscale.store.SharedStore;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisMonitor;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The store is asked for nothing that Redis 6.0 and Valkey 7.2 do not know. */
@Tag("parts")
class CommandsTest {

  /**
   * The commands with their arguments, and the version of Redis that brought both. Valkey 7.2 knows
   * all of Redis 7.2.
   */
  private static final List<Known> KNOWN =
      List.of(
          new Known("6.0", "auth", ".*"),
          new Known("1.0", "select", "[0-9]+"),
          new Known("1.0", "ping", ""),
          new Known("2.4", "info", "server"),
          new Known("2.6", "eval", ".*"),
          new Known("2.6", "evalsha", ".*"),
          new Known("1.2", "multi", ""),
          new Known("1.2", "exec", ""),
          new Known("1.0", "get", "\\S+"),
          new Known("2.6.12", "set", "\\S+ (\\S+|bbb. \\d+)( (PX|EX) \\d+)?"),
          new Known("1.0", "mget", "\\S+( \\S+)*"),
          new Known("1.0", "exists", "\\S+"),
          new Known("1.0", "incr", "\\S+"),
          new Known("1.0", "del", "\\S+( \\S+)*"),
          new Known("1.0", "expire", "\\S+ \\d+"),
          new Known("4.0", "hset", ".*"),
          new Known("2.0", "hgetall", "\\S+"),
          new Known("2.4", "sadd", "\\S+( \\S+)+"),
          new Known("2.4", "srem", "\\S+( \\S+)+"),
          new Known("1.0", "smembers", "\\S+"),
          new Known("2.0", "publish", ".*"),
          new Known("2.0", "subscribe", "\\S+"));

  /** What this test sends. */
  private static final Set<String> OF_THE_TEST =
      Set.of("config|resetstat", "config", "monitor", "echo", "pubsub|numsub", "pubsub", "info");

  private static final String END = "the end of the test";
  private static final Pattern ARGUMENT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern SENT_BY_SCRIPT = Pattern.compile("[^\"]*\\[\\d+ lua\\].*");

  /** A command with what may follow it. */
  private record Known(String since, String command, String arguments) {

    boolean is(Sent sent) {
      return command.equals(sent.command) && sent.arguments.matches("(?s)" + arguments);
    }
  }

  /** A command as the server saw it. */
  private record Sent(String command, String arguments) {

    static Sent of(String line) {
      List<String> words =
          ARGUMENT.matcher(line).results().map((MatchResult word) -> word.group(1)).toList();
      return new Sent(
          words.get(0).toLowerCase(Locale.ROOT), String.join(" ", words.subList(1, words.size())));
    }
  }

  @Test
  void everyCommandIsOldEnough() {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    try (RedisServer server = RedisServer.start();
        Jedis client = server.client();
        Jedis monitor = server.client()) {
      client.aclSetUser("ann", "on", ">right", "~*", "&*", "+@all");
      Thread listener = new Thread(() -> listen(monitor, lines));
      listener.start();
      await()
          .until(
              () -> {
                client.echo("begin");
                return lines.stream().anyMatch(line -> line.contains("begin"));
              });
      client.configResetStat();

      Queue<Notice> heard = useAll(server, client);
      client.echo(END);
      await().until(() -> lines.stream().anyMatch(line -> line.contains(END)));

      assertThat(heard).isNotEmpty();
      assertThat(commands(client))
          .as("commands by the server's own count")
          .isSubsetOf(KNOWN.stream().map(Known::command).toList())
          .contains("auth", "subscribe", "evalsha", "ping");
    }
    List<Sent> sent =
        lines.stream().map(Sent::of).filter(one -> !OF_THE_TEST.contains(one.command)).toList();
    assertThat(lines)
        .as("sent by scripts")
        .anyMatch(line -> SENT_BY_SCRIPT.matcher(line).matches());
    assertThat(sent)
        .allSatisfy(one -> assertThat(KNOWN).as(one.toString()).anyMatch(known -> known.is(one)));
    assertThat(KNOWN.stream().filter(known -> sent.stream().noneMatch(known::is)))
        .as(
            "listed in vain; passwords are not shown, and who asks which process this is, asks info")
        .extracting(Known::command)
        .isSubsetOf("auth", "info");
  }

  private static Queue<Notice> useAll(RedisServer server, Jedis client) {
    Queue<Notice> heard = new ConcurrentLinkedQueue<>();
    try (SharedStore a =
            TestStores.open(
                "redis://ann:right@127.0.0.1:" + server.port() + "/2", PATIENT, heard::add);
        SharedStore b = TestStores.open(server.address() + "/2")) {
      awaitSubscribers(client);
      TestStores.useAll(a, b);
      await().until(() -> heard.contains(new Notice.Ending(TestStores.ROOM)));
    }
    return heard;
  }

  private static void awaitSubscribers(Jedis client) {
    await().until(() -> client.pubsubNumSub(Keys.NOTICES).get(Keys.NOTICES) == 2);
  }

  private static void listen(Jedis monitor, Queue<String> lines) {
    try {
      monitor.monitor(
          new JedisMonitor() {
            @Override
            public void onCommand(String line) {
              lines.add(line);
            }
          });
    } catch (JedisConnectionException theTestHasEnded) {
      // Nothing more is sent.
    }
  }

  private static Set<String> commands(Jedis client) {
    return client
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_"))
        .map(line -> line.substring("cmdstat_".length(), line.indexOf(':')))
        .filter(name -> !OF_THE_TEST.contains(name))
        .collect(Collectors.toSet());
  }
}
