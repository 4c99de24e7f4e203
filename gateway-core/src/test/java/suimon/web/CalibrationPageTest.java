package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.Grade;

/** A person calibrates on a phone: by a bottle in one step, by two points, and takes it back. */
@Timeout(120)
class CalibrationPageTest {
    @TempDir
    private Path folder;

    @Test
    void aBottleBecomesACalibrationAndATwoPointOneShowsTheDriftSinceThen() throws Exception {
        Optional<Path> chromium = Browser.executable();
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium here (Debian package chromium)");
        try (Site site = Site.onLoopback(folder); Browser browser = Browser.open(chromium.get())) {
            site.measure(Site.OXYGEN, "6.5", Grade.GOOD, site.clock.instant().minus(Duration.ofDays(10)));
            site.measure(Site.OXYGEN, "6.0", Grade.GOOD, site.clock.instant());
            site.post("/api/v1/observations", "{\"kind\": \"bottle\", \"place\": \"pen1/do\", \"value\": \"7.0\","
                    + " \"at\": \"" + site.clock.instant().minus(Duration.ofDays(10)) + "\"}");
            browser.resize(390, 844, 2, false);
            browser.visit(site.server.address());
            browser.awaitText(".card", "6");
            browser.awaitText("#observations", "採水による校正値");
            browser.tap("#observations button");
            browser.awaitText("#calibrations", "1点校正: 0.5 + 1·x");
            browser.awaitText("#calibrations", "生の値 6.5 → 基準 7 mg/L");

            browser.tap("#calibrate-box summary");
            fill(browser, "series", "pen1/do");
            fill(browser, "raw1", "０．１");
            fill(browser, "reference1", "0");
            fill(browser, "raw2", "10.1");
            fill(browser, "reference2", "10");
            browser.tap("#calibrate [type=submit]");
            browser.awaitText("#calibrations", "2点校正: -0.1 + 1·x");
            browser.awaitText("#calibrations", "前回からのずれ +0.6 mg/L(10 日、1日あたり +0.06 mg/L)");

            String small = browser.ask("[...document.querySelectorAll('#calibrations-section button, #calibrate input')]"
                    + ".filter(b => b.offsetParent).filter(b => b.offsetHeight < 48 || b.offsetWidth < 48)"
                    + ".map(b => b.innerText)");
            assertThat(small).isEmpty();
            assertThat(Integer.parseInt(browser.ask("document.documentElement.scrollWidth"))).isLessThanOrEqualTo(390);
            assertThat(browser.problems()).isEmpty();
            browser.ask("document.querySelector('#calibrations-section').scrollIntoView()");
            Path shots = Path.of("target", "screenshots");
            Files.createDirectories(shots);
            Files.write(shots.resolve("calibrations.png"), browser.screenshot());

            browser.ask("[...document.querySelectorAll('#calibrations .panel:first-child button')].at(-1).click()");
            Await.that(() -> browser.text("#calibrations"), text -> !text.contains("2点校正"),
                    "what was withdrawn is gone from the page");
        }
    }

    private static void fill(Browser browser, String name, String value) throws Exception {
        browser.ask("(() => { document.querySelector('#calibrate').elements." + name + ".value = '" + value
                + "'; return ''; })()");
    }
}
