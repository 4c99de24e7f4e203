package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.reading.Grade;

/** Beyond loopback: TLS with the box's own certificate, and login. */
@Timeout(60)
class LoginTest {
    private static Path users = Path.of("none");

    @TempDir
    private Path folder;

    private Site site;
    private final CookieManager cookies = new CookieManager();
    private HttpClient client = HttpClient.newHttpClient();
    private URI base = URI.create("https://localhost/");

    /** Hashing is slow on purpose, so the users are made once. */
    @BeforeAll
    static void makeUsers(@TempDir Path shared) throws Exception {
        users = shared.resolve("users");
        CredentialFile file = new CredentialFile(users);
        file.put("hamada", Role.OPERATOR, "right password");
        file.put("team", Role.DATA, "right password");
        file.put("probe-7", Role.DEVICE, "right password");
    }

    @BeforeEach
    void open() throws Exception {
        // All addresses counts as beyond loopback; the tests reach it by the loopback address all the same.
        site = new Site(folder, Clock.systemUTC(), "0.0.0.0");
        Files.copy(users, folder.resolve("users"));
        client = SecureSite.client(site.server.fingerprint(), cookies);
        base = URI.create("https://localhost:" + site.server.address().getPort() + "/");
    }

    @AfterEach
    void close() {
        client.close();
        site.close();
    }

    @Test
    void withoutLoginNothingIsToldAndThePageAsksForOne() throws Exception {
        assertThat(get("/api/v1/overview").statusCode()).isEqualTo(401);
        assertThat(get("/api/v1/events").statusCode()).isEqualTo(401);
        assertThat(get("/metrics").statusCode()).isEqualTo(401);
        assertThat(get("/health").statusCode()).isEqualTo(401);
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(303);
        assertThat(page.headers().firstValue("Location")).hasValue("/login");
        assertThat(get("/login").statusCode()).isEqualTo(200);
    }

    @Test
    void theCookieStaysOutOfScriptsAndForeignPagesAndOpensThePage() throws Exception {
        HttpResponse<String> login = login("hamada", "right password");

        assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
        assertThat(login.headers().firstValue("Set-Cookie")).get().asString()
                .containsIgnoringCase("HttpOnly").contains( "Secure", "SameSite=Strict", "Path=/");
        assertThat(get("/api/v1/session").body())
                .isEqualTo("{\"user\":\"hamada\",\"role\":\"OPERATOR\",\"loginRequired\":true}");
        assertThat(get("/api/v1/overview").statusCode()).isEqualTo(200);
    }

    @Test
    void logoutEndsTheSessionAtTheGatewayToo() throws Exception {
        login("hamada", "right password");
        HttpCookie kept = cookies.getCookieStore().getCookies().getFirst();

        assertThat(post("/api/v1/logout", "{}").statusCode()).isEqualTo(200);

        cookies.getCookieStore().add(base, kept);
        assertThat(get("/api/v1/overview").statusCode()).isEqualTo(401);
    }

    @Test
    void aNewPasswordEndsTheSessionsThatBeganWithTheOld() throws Exception {
        login("hamada", "right password");
        assertThat(get("/api/v1/overview").statusCode()).isEqualTo(200);

        site.users.put("hamada", Role.OPERATOR, "another password");

        assertThat(get("/api/v1/overview").statusCode()).isEqualTo(401);
    }

    @Test
    void theDataTeamReadsWithEveryRequestsOwnPasswordAndChangesNothing() throws Exception {
        HttpRequest.Builder read = HttpRequest.newBuilder(base.resolve("/api/v1/series"))
                .header("Authorization", basic("team", "right password"));
        HttpRequest.Builder change = site.change("/", "{\"alarm\":\"a\",\"verdict\":\"TRUE\"}")
                .uri(base.resolve("/api/v1/labels")).header("Authorization", basic("team", "right password"));

        assertThat(client.send(read.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = client.send(change.build(), BodyHandlers.ofString());
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains("DATA may not");
    }

    @Test
    void aDeviceMayNotLogIn() throws Exception {
        assertThat(login("probe-7", "right password").statusCode()).isEqualTo(401);
    }

    @Test
    void whoeverGuessesMustWaitEvenWithTheRightPassword() throws Exception {
        for (int i = 0; i < LoginLimit.FREE; i++) {
            assertThat(login("hamada", "wrong " + i).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> next = login("hamada", "right password");

        assertThat(next.statusCode()).isEqualTo(429);
        assertThat(next.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void anAcknowledgementCarriesThePersonsName() throws Exception {
        site.measure(Site.OXYGEN, "3.8", Grade.GOOD, Instant.now());
        login("hamada", "right password");
        String alarms = Await.that(() -> get("/api/v1/alarms").body(), body -> body.contains("do-low"), "the alarm");

        HttpResponse<String> answer = post("/api/v1/alarms/acknowledge",
                "{\"occurrence\":\"" + ApiTest.occurrence(alarms) + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Await.that(() -> get("/api/v1/alarms").body(), body -> body.contains("\"acknowledgedBy\":\"hamada\""), "the name");
    }

    @Test
    void theCertificateIsMadeOnceAndItsKeyIsTheGatewaysAlone() throws Exception {
        Path store = folder.resolve("web/page.p12");

        Certificate again = Certificate.in(folder.resolve("web"), Clock.systemUTC());

        assertThat(again.fingerprint()).isEqualTo(site.server.fingerprint());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store))).isEqualTo("rw-------");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String json) throws Exception {
        String origin = base.toString().substring(0, base.toString().length() - 1);
        HttpRequest request = site.change("/", json).uri(base.resolve(path)).header("Origin", origin).build();
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> login(String name, String password) throws Exception {
        return post("/api/v1/login", "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}");
    }

    private static String basic(String name, String password) {
        byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }
}
