package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.nth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.config.Secret;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.Mode;
import suimon.connector.opcua.OpcUaSettings.Security;
import suimon.connector.opcua.OpcUaSettings.User;
import suimon.connector.opcua.OpcUaSettings.UserCertificate;
import suimon.connector.simulator.HistorianServer;

class OpcUaSecurityTest {
    @TempDir Path folder;
    private OpcUaFixture site;

    @BeforeEach
    void open() throws Exception {
        site = new OpcUaFixture(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Draft secured() throws Exception {
        TrustFolder trust = new TrustFolder(folder);
        trust.keepRejected(OpcUaFixture.KEYS.certificate());
        assertThat(trust.trust(TrustFolder.sha1(OpcUaFixture.KEYS.certificate()))).isTrue();
        Draft draft = site.draft("flow");
        draft.security = Security.BASIC256SHA256;
        return draft;
    }

    @Test
    void anUnknownServerIsRefusedUntilAPersonTrustsIt() throws Exception {
        site.serve("flow").publish("flow", nth(0));
        Draft draft = site.draft("flow");
        draft.security = Security.BASIC256SHA256;
        String sha1 = TrustFolder.sha1(OpcUaFixture.KEYS.certificate());

        OpcUaSource source = site.start(draft);
        site.await("the refusal", () -> source.progress().state().contains("not trusted"));

        assertThat(source.progress().state()).contains(
                "suimon opcua trust " + sha1, TrustFolder.sha256(OpcUaFixture.KEYS.certificate()),
                "CN=Suimon simulated water main", "valid ");
        assertThat(source.progress().healthy()).isFalse();
        assertThat(site.committed.of("flow")).isEmpty();

        OpcUaTrust trust = new OpcUaTrust(Map.of("main", folder));
        assertThat(trust.list()).singleElement().satisfies(one -> {
            assertThat(one.isTrusted()).isFalse();
            assertThat(one.certificate()).isEqualTo(OpcUaFixture.KEYS.certificate());
        });
        assertThat(trust.trust("00:11:22")).isEmpty();
        assertThat(trust.trust(sha1.toUpperCase(java.util.Locale.ROOT).replaceAll("(..)(?!$)", "$1:")))
                .containsExactly("main");

        site.await("a value without a restart", () -> !site.committed.of("flow").isEmpty());
        assertThat(trust.reject(sha1)).containsExactly("main");
        assertThat(trust.list()).singleElement().satisfies(one -> assertThat(one.isTrusted()).isFalse());
    }

    @Test
    void anotherServerAtTheSameAddressIsRefused() throws Exception {
        HistorianServer.Keys other = HistorianServer.Keys.make();
        site.setup = HistorianServer.Setup.open(site.port, other);
        site.serve("flow").publish("flow", nth(0));

        OpcUaSource source = site.start(secured());
        site.await("the refusal", () -> source.progress().state().contains("not trusted"));

        assertThat(source.progress().state()).contains(TrustFolder.sha1(other.certificate()));
        assertThat(site.committed.of("flow")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "BASIC128RSA15, SIGN", "BASIC128RSA15, SIGN_AND_ENCRYPT",
        "BASIC256, SIGN", "BASIC256, SIGN_AND_ENCRYPT",
        "BASIC256SHA256, SIGN", "BASIC256SHA256, SIGN_AND_ENCRYPT",
        "AES128_SHA256_RSAOAEP, SIGN", "AES128_SHA256_RSAOAEP, SIGN_AND_ENCRYPT",
        "AES256_SHA256_RSAPSS, SIGN", "AES256_SHA256_RSAPSS, SIGN_AND_ENCRYPT"})
    void everySecurityPolicyAndModeDelivers(Security security, Mode mode) throws Exception {
        site.serve("flow").publish("flow", nth(0));
        Draft draft = secured();
        draft.security = security;
        draft.mode = mode;

        site.start(draft);

        site.await("a value", () -> !site.committed.of("flow").isEmpty());
    }

    @Test
    void theOwnKeyIsMadeOnceAndReadableByItsOwnerAlone() throws Exception {
        OwnCertificate first = OwnCertificate.in(folder, "pen-1");
        OwnCertificate second = OwnCertificate.in(folder, "pen-1");

        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(second.keys().getPrivate()).isEqualTo(first.keys().getPrivate());
        assertThat(first.applicationUri()).isEqualTo("urn:suimon:gateway:pen-1");
        assertThat(PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("own/key.pem")))).isEqualTo("rw-------");
    }

    @Test
    void aUserWithTheRightPasswordIsLetInAndNoOther() throws Exception {
        site.setup = new HistorianServer.Setup(
                site.port, "localhost", OpcUaFixture.KEYS, Map.of("reader", "seven seas"), any -> false);
        site.serve("flow").publish("flow", nth(0));
        Path password = Files.writeString(folder.resolve("password"), "seven sees\n");
        Draft draft = secured();
        draft.user = new User("reader", new Secret("file:" + password));

        OpcUaSource source = site.start(draft);
        site.await("the refusal", () -> source.progress().state().contains("refused"));
        assertThat(site.committed.of("flow")).isEmpty();
        assertThat(source.progress().state()).doesNotContain("seven");
        Files.writeString(password, "seven seas\n");

        site.await("a value", () -> !site.committed.of("flow").isEmpty());
    }

    @Test
    void aUserIsLetInByCertificate() throws Exception {
        HistorianServer.Keys person = HistorianServer.Keys.make();
        site.setup = new HistorianServer.Setup(site.port, "localhost", OpcUaFixture.KEYS,
                Map.of("nobody", "never"), found -> found.equals(person.certificate()));
        site.serve("flow").publish("flow", nth(0));
        Path certificate = Files.write(folder.resolve("user.der"), person.certificate().getEncoded());
        Path key = Files.writeString(folder.resolve("user.pem"), "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(person.pair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
        Draft draft = secured();
        draft.userCertificate = new UserCertificate(certificate, key);

        site.start(draft);

        site.await("a value", () -> !site.committed.of("flow").isEmpty());
    }

    @Test
    void aPolicyTheServerDoesNotOfferIsNamedBesideThoseItDoes() throws Exception {
        site.serve("flow");
        Draft draft = site.draft("flow");
        draft.user = new User("reader", new Secret("env:NOWHERE"));

        OpcUaSource source = site.start(draft);

        site.await("the trouble", () -> source.progress().state().contains("takes no user name"));
    }
}
