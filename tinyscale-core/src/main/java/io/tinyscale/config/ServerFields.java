package io.tinyscale.config;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields of one server in the pool file that shall have other values, or none, which means their
 * default. A state other than cordoned takes away a drain, too. Prints no value. Immutable.
 */
public final class ServerFields {

  /** A field of a server, its name apart. */
  public enum Field {
    /** The address, as the operator spells it. */
    HOST,
    /** What calls are signed with. */
    SECRET,
    /** How much the server can carry. */
    WEIGHT,
    /** The operator's labels. */
    TAGS,
    /** The operator's will. */
    STATE,
    /** How calls are signed. */
    CHECKSUM,
    /** What is asked for beyond a cordon. */
    DRAIN;

    /** The name in the pool file. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** No field at all. */
  public static final ServerFields NONE = new ServerFields(new EnumMap<>(Field.class));

  /** The new values; empty stands for the default. */
  private final Map<Field, Optional<Object>> values;

  private ServerFields(Map<Field, Optional<Object>> values) {
    this.values = values;
  }

  /** These fields, and the address. */
  public ServerFields host(String host) {
    return with(Field.HOST, host);
  }

  /** These fields, and the secret. */
  public ServerFields secret(Secret secret) {
    return with(Field.SECRET, secret);
  }

  /** These fields, and the weight. */
  public ServerFields weight(int weight) {
    return with(Field.WEIGHT, weight);
  }

  /** These fields, and the tags in their order. */
  public ServerFields tags(Collection<String> tags) {
    return with(Field.TAGS, List.copyOf(new LinkedHashSet<>(tags)));
  }

  /** These fields, and the state. */
  public ServerFields state(AdminState state) {
    return with(Field.STATE, state);
  }

  /** These fields, and the algorithm. */
  public ServerFields checksum(ChecksumAlgorithm algorithm) {
    return with(Field.CHECKSUM, algorithm);
  }

  /** These fields, and a drain. */
  public ServerFields drain(Drain drain) {
    return with(Field.DRAIN, drain);
  }

  /** These fields, and one that goes back to its default. */
  public ServerFields without(Field field) {
    return with(field, null);
  }

  private ServerFields with(Field field, @Nullable Object value) {
    Map<Field, Optional<Object>> next = new EnumMap<>(Field.class);
    next.putAll(values);
    next.put(field, Optional.ofNullable(value));
    return new ServerFields(next);
  }

  /** These fields, complete: what goes together goes together. */
  ServerFields completed() {
    Optional<Object> state = values.get(Field.STATE);
    boolean endsDrain = state != null && !state.equals(Optional.of(AdminState.CORDONED));
    return endsDrain && !values.containsKey(Field.DRAIN) ? without(Field.DRAIN) : this;
  }

  Set<Field> fields() {
    return values.keySet();
  }

  /** The new value; empty for the default. */
  private Optional<Object> value(Field field) {
    return values.getOrDefault(field, Optional.empty());
  }

  /** The new value as JSON text; empty for the default. */
  Optional<String> json(Field field, boolean airy) {
    return value(field).map(value -> json(value, airy));
  }

  private static String json(Object value, boolean airy) {
    if (value instanceof Integer number) {
      return number.toString();
    }
    if (value instanceof Secret secret) {
      return JsonText.of(new String(secret.key().getEncoded(), StandardCharsets.UTF_8));
    }
    if (value instanceof List<?> tags) {
      return JsonText.of(tags.stream().map(String.class::cast).toList(), airy);
    }
    return value instanceof Drain drain ? json(drain, airy) : JsonText.of(value.toString());
  }

  private static String json(Drain drain, boolean airy) {
    String colon = airy ? ": " : ":";
    StringBuilder json = new StringBuilder();
    Instant deadline = drain.deadline();
    if (deadline != null) {
      json.append("\"deadline\"").append(colon).append(JsonText.of(deadline.toString()));
      json.append(airy ? ", " : ",");
    }
    json.append("\"end\"").append(colon).append(drain.end()).append(airy ? ", " : ",");
    json.append("\"then\"").append(colon).append(JsonText.of(drain.then().toString()));
    if (!drain.message().isEmpty()) {
      json.append(airy ? ", " : ",").append("\"message\"").append(colon);
      json.append(JsonText.of(drain.message()));
    }
    return "{" + json + "}";
  }

  /** The address in one spelling; empty if there is none among the fields, or it is wrong. */
  Optional<URI> address() {
    return value(Field.HOST)
        .map(host -> PoolAddress.of((String) host))
        .flatMap(
            address ->
                address instanceof PoolAddress.Api api ? Optional.of(api.uri()) : Optional.empty());
  }

  /** Whether a field that has a new value has another one in a server. */
  boolean changes(Server server, Field field) {
    Optional<?> wanted =
        switch (field) {
          case HOST -> address();
          case TAGS -> value(field).map(ServerFields::tags);
          default -> value(field);
        };
    return !of(server, field).equals(wanted);
  }

  private static Optional<Object> of(Server server, Field field) {
    return switch (field) {
      case HOST -> Optional.of(server.api());
      case SECRET -> Optional.of(server.secret());
      case WEIGHT -> Optional.of(server.weight());
      case TAGS -> Optional.of(server.tags());
      case STATE -> Optional.of(server.state());
      case CHECKSUM -> Optional.of(server.algorithm());
      case DRAIN -> Optional.ofNullable(server.drain());
    };
  }

  /**
   * The server as it is with these fields.
   *
   * @throws IllegalArgumentException if no such server can be
   */
  Server applied(Server server) {
    return new Server(
        server.name(),
        address().orElse(server.api()),
        given(Field.SECRET, server.secret(), server.secret()),
        given(Field.CHECKSUM, server.algorithm(), ChecksumAlgorithm.SHA256),
        given(Field.WEIGHT, server.weight(), 1),
        values.containsKey(Field.TAGS) ? tags(value(Field.TAGS).orElse(List.of())) : server.tags(),
        given(Field.STATE, server.state(), AdminState.ENABLED),
        values.containsKey(Field.DRAIN) ? (Drain) value(Field.DRAIN).orElse(null) : server.drain());
  }

  private static Set<String> tags(Object tags) {
    Set<String> texts = new LinkedHashSet<>();
    ((List<?>) tags).forEach(tag -> texts.add((String) tag));
    return texts;
  }

  @SuppressWarnings("unchecked")
  private <T> T given(Field field, T current, T fallback) {
    return values.containsKey(field) ? (T) value(field).orElse(fallback) : current;
  }

  /** The names of the fields alone. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
