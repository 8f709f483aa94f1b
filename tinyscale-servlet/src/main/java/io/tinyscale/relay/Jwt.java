package io.tinyscale.relay;

import io.tinyscale.bbb.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * A JSON web token whose signature holds (RFC 7515, RFC 7519). Immutable; prints without its
 * claims.
 *
 * @param algorithm HS256, HS384 or HS512
 * @param claims the JSON text as it was signed
 */
record Jwt(String algorithm, String claims) {

  private static final Set<String> ALGORITHMS = Set.of("HS256", "HS384", "HS512");
  private static final AlgorithmConstraints SYMMETRIC =
      new AlgorithmConstraints(ConstraintType.PERMIT, ALGORITHMS.toArray(new String[0]));

  /** Whether it is an algorithm that servers sign with. */
  static boolean isOurs(String algorithm) {
    return ALGORITHMS.contains(algorithm);
  }

  /**
   * Verifies a token.
   *
   * @param secrets any of which may have signed it
   * @return empty if it is no token, has another algorithm, or none of the secrets signed it
   */
  static Optional<Jwt> verified(String token, List<Secret> secrets) {
    try {
      JsonWebSignature signature = unchecked();
      signature.setCompactSerialization(token);
      for (Secret secret : secrets) {
        signature.setKey(secret.key());
        if (signature.verifySignature()) {
          return Optional.of(new Jwt(signature.getAlgorithmHeaderValue(), signature.getPayload()));
        }
      }
      return Optional.empty();
    } catch (JoseException | RuntimeException notOurs) {
      // A header whose fields have other types makes the library throw something of the second
      // kind.
      return Optional.empty();
    }
  }

  /**
   * The claims as a token, signed anew.
   *
   * @param typed whether the header says first that it is a JWT; BBB does so for analytics only
   */
  String signed(boolean typed, Secret secret) {
    try {
      JsonWebSignature signature = unchecked();
      if (typed) {
        signature.setHeader("typ", "JWT");
      }
      signature.setAlgorithmHeaderValue(algorithm);
      signature.setPayload(claims);
      signature.setKey(secret.key());
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("a token could not be signed with " + algorithm, e);
    }
  }

  /** A signature with any length of key, but not with any algorithm. */
  private static JsonWebSignature unchecked() {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmConstraints(SYMMETRIC);
    signature.setDoKeyValidation(false);
    return signature;
  }

  @Override
  public String toString() {
    return "Jwt[" + algorithm + "]";
  }
}
