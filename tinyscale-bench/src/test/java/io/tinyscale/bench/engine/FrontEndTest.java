package io.tinyscale.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.bench.http.Message;
import io.tinyscale.bench.http.MessageReader;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.tenant.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontEndTest {

  private final Authenticator authenticator =
      new Authenticator(
          List.of(new Tenant("front end", List.of(Secret.of(FrontEnd.SECRET)))),
          EnumSet.allOf(ChecksumAlgorithm.class));

  @ParameterizedTest
  @ValueSource(strings = {"", "meetingID=m1", "fullName=A+B&meetingID=m1"})
  void signsCallsSoThatTheyAreAccepted(String query) throws IOException {
    Message call = FrontEnd.get("getMeetings", query);

    MessageReader reader = new MessageReader();
    assertThat(reader.read(ByteBuffer.wrap(call.start()))).isTrue();
    String target = reader.target();
    assertThat(target).startsWith("/bigbluebutton/api/getMeetings?");
    QueryString signed = new QueryString(target.substring(target.indexOf('?') + 1));
    assertThat(authenticator.authenticate(ApiCall.GET_MEETINGS, signed, QueryString.EMPTY))
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(signed.without("checksum").raw()).isEqualTo(query);
  }
}
