package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.nth;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.Security;
import suimon.connector.simulator.HistorianServer;
import suimon.connector.simulator.HistorianServer.Keys;
import suimon.reading.AlarmEvent.Severity;

/** Certificates that are wrong in each way in which one can be, and what a person is told to do. */
class OpcUaCertificateTest {
    private static final String URI = "urn:suimon:simulator:server";
    private static final X500Name AUTHORITY = new X500Name("CN=Plant authority");

    @TempDir Path folder;
    private OpcUaFixture site;

    @BeforeEach
    void open() {
        site = new OpcUaFixture(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** What a certificate says. */
    private record Says(X500Name subject, Instant from, Instant to, String uri, String host) {
        static Says fine() {
            Instant now = Instant.now();
            return new Says(new X500Name("CN=PLC 7"), now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)),
                    URI, "127.0.0.1");
        }
    }

    private static X509Certificate issue(Says says, KeyPair of, KeyPair authority, boolean isAuthority)
            throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(AUTHORITY,
                BigInteger.valueOf(says.hashCode() & 0xFFFFL), Date.from(says.from()), Date.from(says.to()),
                says.subject(), of.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(isAuthority
                ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                : KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.dataEncipherment
                        | KeyUsage.nonRepudiation));
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.uniformResourceIdentifier, says.uri()),
            new GeneralName(Character.isDigit(says.host().charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName,
                    says.host())}));
        return new JcaX509CertificateConverter().getCertificate(
                builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(authority.getPrivate())));
    }

    /** A server with a certificate of an authority that a person has trusted. */
    private OpcUaSource serveIssued(Says says) throws Exception {
        KeyPair authority = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
        Says root = new Says(AUTHORITY, says.from().minus(Duration.ofDays(9999)),
                Instant.now().plus(Duration.ofDays(999)), "urn:authority", "authority");
        TrustFolder trust = new TrustFolder(folder);
        X509Certificate issuer = issue(root, authority, authority, true);
        trust.keepRejected(issuer);
        assertThat(trust.trust(TrustFolder.sha1(issuer))).isTrue();
        KeyPair own = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
        site.setup = HistorianServer.Setup.open(site.port, new Keys(own, issue(says, own, authority, false)));
        site.serve("flow").publish("flow", nth(0));
        Draft draft = site.draft("flow");
        draft.security = Security.BASIC256SHA256;
        return site.start(draft);
    }

    @Test
    void aServerOfATrustedAuthorityIsLetIn() throws Exception {
        serveIssued(Says.fine());

        site.await("a value", () -> !site.committed.of("flow").isEmpty());
        assertThat(site.committed.alarms()).allSatisfy(alarm -> assertThat(alarm.active()).isFalse());
    }

    @Test
    void aServerCertificateThatIsOverIsRefusedAndAnAlertAndTakenOnceAPersonTrustsIt() throws Exception {
        Says fine = Says.fine();
        OpcUaSource source = serveIssued(new Says(fine.subject(), fine.from().minus(Duration.ofDays(100)),
                Instant.now().minus(Duration.ofDays(3)), fine.uri(), fine.host()));

        site.await("the refusal", () -> source.progress().state().contains("Renew it at the server"));

        assertThat(source.progress().state()).contains("is valid from", "the gateway's clock says",
                "To take it as it is: suimon opcua trust ");
        site.await("the alert", () -> site.committed.alarms().stream().anyMatch(alarm -> alarm.active()
                && alarm.key().equals("certificate-server") && alarm.severity() == Severity.ALERT
                && alarm.message().ja().contains("期限が切れました")));
        String state = source.progress().state();
        OpcUaTrust trust = new OpcUaTrust(Map.of("main", folder));
        assertThat(trust.trust(state.replaceAll("(?s).*opcua trust (\\p{XDigit}+).*", "$1"))).containsExactly("main");
        site.await("a value", () -> !site.committed.of("flow").isEmpty());
    }

    @Test
    void aServerCertificateOfAnotherApplicationIsRefused() throws Exception {
        Says fine = Says.fine();
        OpcUaSource source = serveIssued(
                new Says(fine.subject(), fine.from(), fine.to(), "urn:another", fine.host()));

        site.await("the refusal", () -> source.progress().state().contains("urn:another"));

        assertThat(source.progress().state()).contains("calls itself " + URI, "Renew it at the server");
        assertThat(site.committed.of("flow")).isEmpty();
    }

    @Test
    void aServerCertificateOfAnotherHostIsRefused() throws Exception {
        Says fine = Says.fine();
        OpcUaSource source = serveIssued(
                new Says(fine.subject(), fine.from(), fine.to(), fine.uri(), "plc-8.plant"));

        site.await("the refusal", () -> source.progress().state().contains("names the hosts [plc-8.plant]"));

        assertThat(source.progress().state()).contains("127.0.0.1", "Put one of its hosts into endpoint");
        assertThat(site.committed.of("flow")).isEmpty();
    }

    @Test
    void aServerCertificateThatEndsSoonIsACautionAndTheGatewayAndTheUserHaveNone() throws Exception {
        Says fine = Says.fine();
        serveIssued(new Says(fine.subject(), fine.from(), Instant.now().plus(Duration.ofDays(10)), fine.uri(),
                fine.host()));

        site.await("a value", () -> !site.committed.of("flow").isEmpty());
        site.await("the caution", () -> site.committed.alarms().size() >= 2);

        assertThat(site.committed.alarms()).filteredOn(alarm -> alarm.active()).singleElement().satisfies(alarm -> {
            assertThat(alarm.key()).isEqualTo("certificate-server");
            assertThat(alarm.severity()).isEqualTo(Severity.CAUTION);
            assertThat(alarm.message().en()).startsWith("main: the certificate of the server ends on ");
            assertThat(alarm.message().ja()).contains("サーバーの証明書の期限が近づいています");
            assertThat(alarm.action().en()).contains("suimon opcua trust");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "Bad_CertificateUntrusted, own/certificate.der",
        "Bad_CertificateTimeInvalid, set the clocks right",
        "Bad_CertificateUriInvalid, names another application",
        "Bad_SecurityChecksFailed, own/certificate.der"})
    void aServerThatRefusesTheGatewaysCertificateIsAnsweredWithWhatToDo(String refusal, String advice)
            throws Exception {
        long code = org.eclipse.milo.opcua.stack.core.StatusCodes.class.getField(refusal).getLong(null);
        site.setup = new HistorianServer.Setup(site.port, "localhost", OpcUaFixture.KEYS, Map.of(), any -> false,
                (chain, uri, hosts) -> {
                    throw new UaException(code, "not this one");
                });
        site.serve("flow").publish("flow", nth(0));
        TrustFolder trust = new TrustFolder(folder);
        trust.keepRejected(OpcUaFixture.KEYS.certificate());
        trust.trust(TrustFolder.sha1(OpcUaFixture.KEYS.certificate()));
        Draft draft = site.draft("flow");
        draft.security = Security.BASIC256SHA256;

        OpcUaSource source = site.start(draft);

        site.await("the advice", () -> source.progress().state().contains("own"));
        assertThat(source.progress().state()).contains(refusal).contains(advice);
    }
}
