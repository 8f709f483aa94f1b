package io.tinyscale.callback;

import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.tenant.Tenant;
import java.util.Optional;

/**
 * The URLs of callbacks as servers know them and as front ends know them. Called from many threads
 * at once.
 */
public interface CallbackUrls {

  /** Servers get the front ends' own URLs. */
  CallbackUrls UNCHANGED =
      new CallbackUrls() {
        @Override
        public boolean areRelayed() {
          return false;
        }

        @Override
        public QueryString inCreate(Tenant tenant, QueryString parameters) {
          return parameters;
        }

        @Override
        public Optional<String> ofHook(Tenant tenant, String original) {
          return Optional.of(original);
        }

        @Override
        public Hook ofFrontEnd(Hook registered) {
          return registered;
        }

        @Override
        public Body inAnswer(Body answer) {
          return answer;
        }

        @Override
        public byte[] inItem(byte[] xml) {
          return xml;
        }
      };

  /** Whether servers get other URLs than front ends. */
  boolean areRelayed();

  /**
   * The parameters of a create as a server gets them.
   *
   * @param parameters as the front end gave them
   */
  QueryString inCreate(Tenant tenant, QueryString parameters);

  /**
   * The callback URL of a webhook as a server gets it.
   *
   * @return empty if the URL must not be given to a server
   */
  Optional<String> ofHook(Tenant tenant, String original);

  /** A webhook as its front end knows it. */
  Hook ofFrontEnd(Hook registered);

  /** An answer of a server as a front end gets it; all bytes but those of URLs are the same. */
  Body inAnswer(Body answer);

  /**
   * An item of a server's list as a front end gets it.
   *
   * @param xml in UTF-8, not changed
   * @return the same array if there is nothing to change
   */
  byte[] inItem(byte[] xml);
}
