package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.config.ConfigKey;
import io.tinyscale.it.Packaging.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of packaging/container and packaging/kubernetes fit each other and tinyscale. */
class ContainerFilesTest {

  private static final String COMPOSE = "container/compose.yaml";
  private static final String DEPLOYMENT = "kubernetes/deployment.yaml";
  private static final String SERVICES = "kubernetes/services.yaml";
  private static final Pattern VARIABLE = Pattern.compile("\\bTINYSCALE_[A-Z_]+");

  /** A variable of commands, and one of compose.yaml itself. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of("TINYSCALE_TOKEN_FILE", "TINYSCALE_POOL");

  private final Dockerfile dockerfile = Dockerfile.read();

  private static Node tinyscale() {
    return Packaging.yaml(COMPOSE).at("services", "tinyscale");
  }

  private static Node pod() {
    return Packaging.yaml(DEPLOYMENT).at("spec", "template", "spec");
  }

  private static Node container() {
    return pod().at("containers").named("tinyscale");
  }

  @Test
  void theImageHasFilesThatThereAre() {
    assertThat(dockerfile.copied()).hasSize(4).contains("tinyscale-war/target/tinyscale.war");
    assertThat(Packaging.text("container/Dockerfile.dockerignore").lines())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of("*"), dockerfile.copied().stream().map(file -> "!" + file))
                .toList());
    assertThat(dockerfile.copied().stream().filter(file -> !file.endsWith(".war")))
        .allSatisfy(
            file -> assertThat(Packaging.path(file.replace("packaging/", ""))).isExecutable());
  }

  @Test
  void everySettingIsOneOfTinyscale() {
    Set<String> known =
        Arrays.stream(ConfigKey.values())
            .map(ConfigKey::variable)
            .collect(Collectors.toCollection(TreeSet::new));
    known.addAll(OTHER_VARIABLES);

    for (String file : List.of("container/Dockerfile", COMPOSE, DEPLOYMENT)) {
      assertThat(VARIABLE.matcher(Packaging.text(file)).results().map(MatchResult::group))
          .as(file)
          .isNotEmpty()
          .isSubsetOf(known);
    }
  }

  @Test
  void composeGivesTheImageItsSecretsAsFilesAndNoOtherRights() {
    Node tinyscale = tinyscale();

    assertThat(tinyscale.at("build", "dockerfile").text())
        .isEqualTo("packaging/container/Dockerfile");
    assertThat(tinyscale.at("read_only").text()).isEqualTo("true");
    assertThat(tinyscale.at("cap_drop").texts()).containsExactly("ALL");
    assertThat(tinyscale.at("ports").texts()).containsExactly("3005:3005", "127.0.0.1:3006:3006");
    assertThat(Packaging.yaml(COMPOSE).at("secrets").names())
        .containsExactlyElementsOf(tinyscale.at("secrets").texts());
    assertThat(tinyscale.at("environment").names())
        .doesNotContain("TINYSCALE_SECRET", "TINYSCALE_ADMIN_TOKEN", "TINYSCALE_TOKEN");
    assertThat(tinyscale.at("environment", "TINYSCALE_SECRET_FILE").text())
        .isEqualTo("/run/secrets/tinyscale-secret");
    assertThat(tinyscale.at("environment", "TINYSCALE_ADMIN_TOKENS_FILE").text())
        .isEqualTo("/run/secrets/tinyscale-tokens");
    assertThat(tinyscale.at("volumes").texts()).containsExactly("${TINYSCALE_POOL:-./pool}:/pool");
  }

  @Test
  void theDemoOfComposeHasTheServersOfItsPool() {
    Node services = Packaging.yaml(COMPOSE).at("services");
    assertThat(tinyscale().has("profiles")).isFalse();
    String pool = Packaging.text("container/demo/servers.json");

    assertThat(services.names()).containsExactly("tinyscale", "bbb1", "bbb2");
    for (String name : List.of("bbb1", "bbb2")) {
      List<String> command = services.at(name, "command").texts();
      assertThat(command).startsWith("--name", name, "--host", name, "--port").hasSize(8);
      assertThat(services.at(name, "hostname").text()).isEqualTo(name);
      assertThat(pool)
          .containsPattern(
              Pattern.compile(
                  "\"name\": \""
                      + name
                      + "\", \"host\": \"http://"
                      + name
                      + ":"
                      + command.get(5)
                      + "/bigbluebutton/\", \"secret\": \""
                      + command.get(7)
                      + "\""));
    }
    Node first = services.at("bbb1");
    assertThat(first.at("profiles").texts()).containsExactly("demo");
    assertThat(first.at("entrypoint").texts())
        .startsWith(Dockerfile.HOME + "/java/bin/java")
        .endsWith(Dockerfile.HOME + "/tinyscale.war", io.tinyscale.simulator.Main.class.getName());
  }

  /**
   * tinyscale that finds no server ends, and is started again in a new network: servers that were
   * in its old one would never be found.
   */
  @Test
  void theServersOfTheDemoOutliveARestartOfTinyscale() {
    Node services = Packaging.yaml(COMPOSE).at("services");

    assertThat(tinyscale().at("restart").text()).isEqualTo("unless-stopped");
    for (String name : services.names()) {
      assertThat(services.at(name).names())
          .as(name)
          .doesNotContain("network_mode", "networks", "pid", "ipc", "depends_on");
    }
  }

  @Test
  void kubernetesProbesTheHealthOfThePortOfTheCalls() {
    Node container = container();

    assertThat(container.at("ports").named("calls").at("containerPort").text()).isEqualTo("3005");
    assertThat(container.at("ports").named("admin").at("containerPort").text()).isEqualTo("3006");
    assertThat(dockerfile.only("EXPOSE")).isEqualTo("3005 3006");
    for (String probe : List.of("startupProbe", "livenessProbe")) {
      assertThat(container.at(probe, "httpGet", "path").text()).isEqualTo("/health/live");
      assertThat(container.at(probe, "httpGet", "port").text()).isEqualTo("calls");
    }
    assertThat(container.at("readinessProbe", "httpGet", "path").text()).isEqualTo("/health/ready");
    assertThat(container.at("readinessProbe", "httpGet", "port").text()).isEqualTo("calls");
  }

  @Test
  void kubernetesMountsTheSecretAsAFolderAndGivesNoRights() {
    Node container = container();
    Node mount = container.at("volumeMounts").named("secrets");

    assertThat(mount.has("subPath")).isFalse();
    String folder = mount.at("mountPath").text();
    assertThat(pod().at("volumes").named("secrets").at("secret").names()).contains("secretName");
    for (String variable :
        List.of("TINYSCALE_SECRET_FILE", "TINYSCALE_ADMIN_TOKENS_FILE", "TINYSCALE_SERVERS")) {
      assertThat(container.at("env").named(variable).at("value").text()).startsWith(folder + "/");
    }
    assertThat(container.at("securityContext", "readOnlyRootFilesystem").text()).isEqualTo("true");
    assertThat(container.at("securityContext", "capabilities", "drop").texts())
        .containsExactly("ALL");
    assertThat(pod().at("securityContext", "runAsNonRoot").text()).isEqualTo("true");
    String user = pod().at("securityContext", "runAsUser").text();
    String group = pod().at("securityContext", "runAsGroup").text();
    assertThat(dockerfile.only("USER")).isEqualTo(user + ":" + group);
  }

  @Test
  void kubernetesRunsOneBalancerAndWaitsForItsCalls() {
    Node deployment = Packaging.yaml(DEPLOYMENT).at("spec");

    assertThat(deployment.at("replicas").text()).isEqualTo("1");
    assertThat(deployment.at("strategy", "type").text()).isEqualTo("Recreate");
    assertThat(container().at("env").named("TINYSCALE_STOP_WAIT").at("value").text())
        .isEqualTo("5s");
    assertThat(Integer.parseInt(pod().at("terminationGracePeriodSeconds").text()))
        .isGreaterThan(5 + 10);
  }

  @Test
  void theServicesOfKubernetesFindThePod() {
    List<Node> services = Packaging.documents(SERVICES);
    Object labels = Packaging.yaml(DEPLOYMENT).at("spec", "template", "metadata", "labels").value();

    assertThat(services)
        .extracting(service -> service.at("metadata", "name").text())
        .containsExactly("tinyscale", "tinyscale-admin");
    assertThat(services)
        .allSatisfy(
            service -> assertThat(service.at("spec", "selector").value()).isEqualTo(labels));
    assertThat(services)
        .extracting(service -> service.at("spec", "ports").list().get(0).at("targetPort").text())
        .containsExactly("calls", "admin");
    assertThat(container().at("env").named("TINYSCALE_ADMIN_HOSTS").at("value").text())
        .isEqualTo("tinyscale-admin");
  }
}
