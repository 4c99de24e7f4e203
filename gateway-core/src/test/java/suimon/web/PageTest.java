package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.ClockStamp;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.store.LogReader;

/** The page in a real browser of a phone's size, by what a person sees and taps. */
@Timeout(120)
class PageTest {
    private static final String OXYGEN = "[data-series=\"pen1/do\"]";

    private static Browser browser;

    @TempDir
    private Path folder;

    private Site site;

    @BeforeAll
    static void openBrowser() throws Exception {
        Optional<Path> chromium = Browser.executable();
        Assumptions.assumeTrue(
                chromium.isPresent(), "no Chromium here (Debian package chromium), so no page to look at");
        browser = Browser.open(chromium.get());
        browser.resize(390, 844, 2, false);
    }

    @BeforeEach
    void openSite() throws Exception {
        site = Site.onLoopback(folder);
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void aPersonSeesAValueMoveAcknowledgesAnAlarmAndGivesAVerdict() throws Exception {
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, Instant.now());
        browser.visit(site.server.address());
        browser.awaitText(OXYGEN, "5.81");
        browser.awaitText("#alarms", "いま注意・警戒はありません");

        site.measure(Site.OXYGEN, "3.79", Grade.GOOD, Instant.now());

        browser.awaitText(OXYGEN, "3.79");
        browser.awaitText(".alarm", "発生中・未確認");
        assertThat(browser.text(".alarm")).contains("警戒", "餌を止める", "すること");
        browser.tap(".alarm .acknowledge");
        browser.awaitText(".alarm", "発生中・確認済み");
        assertThat(browser.text(".alarm")).contains("この装置の画面 が確認");
        browser.tap(".alarm [data-verdict=TRUE]");
        Await.that(() -> browser.ask("document.querySelector('.alarm [data-verdict=TRUE]').ariaPressed"),
                "true"::equals, "the verdict is shown");
        try (LogReader reader = site.log.reader()) {
            assertThat(reader.newest(List.of(suimon.reading.Entry.Label.class), 5)).hasSize(1);
        }
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    void aSuspectValueSaysWhyInTheReadersLanguage() throws Exception {
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, Instant.now().minusSeconds(120));
        site.suspect(Site.OXYGEN, "9.5", Instant.now().minusSeconds(60), QualityTest.RATE_OF_CHANGE);

        browser.visit(site.server.address());

        browser.awaitText(OXYGEN, "疑わしい");
        browser.awaitText(OXYGEN + " .reasons", "変化が速すぎる");
        browser.tap(OXYGEN);
        browser.awaitText("#why", "変化が速すぎる (1件)");
        browser.tap("#language");
        browser.awaitText("#why", "Suspect: Changed too quickly (1)");
        browser.tap("#language");
    }

    @Test
    void aValueThatGrowsOldLooksOldAndSaysSo() throws Exception {
        site.measure(Site.SALINITY, "32.08", Grade.GOOD, Instant.now().minus(Duration.ofHours(3)));
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, Instant.now());
        browser.visit(site.server.address());

        browser.awaitText("[data-series=\"pen1/salinity\"].stale", "3時間前の値");
        Await.that(() -> browser.text(OXYGEN + ".stale"), text -> text.contains("秒前の値"), "oxygen is stale after 3 s");
        assertThat(browser.ask("getComputedStyle(document.querySelector('" + OXYGEN + "')).backgroundImage"))
                .contains("repeating-linear-gradient");
    }

    @Test
    void aClockNobodyVouchesForIsToldOnceAndOneSendersOwnOnItsCard() throws Exception {
        site.trust = ClockStamp.Trust.UNKNOWN;
        site.measure(Site.SALINITY, "32.08", Grade.GOOD, Instant.now());
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, Instant.now().plus(Duration.ofHours(9)));

        browser.visit(site.server.address());

        browser.awaitText("#clock-notice", "時刻は目安です");
        browser.awaitText(OXYGEN + " .note", "センサーの時計が進んでいます");
        assertThat(browser.text("#values")).doesNotContain("目安");
        browser.tap("#language");
        browser.awaitText("#clock-notice", "Times on this page are approximate");
        browser.tap("#language");
        site.trust = ClockStamp.Trust.SYNCHRONISED;
        site.measure(Site.SALINITY, "32.09", Grade.GOOD, Instant.now());
        Await.that(() -> browser.ask("document.querySelector('#clock-notice').hidden"), "true"::equals,
                "the clock is right again");
    }

    @Test
    void aPageWhoseGatewayIsGoneSaysSoAndNothingOnItLooksFresh() throws Exception {
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, Instant.now());
        browser.visit(site.server.address());
        browser.awaitText("#stream", "通信中");

        site.server.close();

        browser.awaitText("#stream", "通信が切れています");
        browser.awaitText("#lost", "通信が切れています");
        assertThat(browser.ask("document.body.classList.contains('dead')")).isEqualTo("true");
    }

    @Test
    void theLanguageIsSwitchedAtOnceAndRemembered() throws Exception {
        browser.visit(site.server.address());
        browser.awaitText("#stream", "通信中");

        browser.tap("#language");
        browser.awaitText("#values-title", "Now");
        browser.visit(site.server.address());

        browser.awaitText("#values-title", "Now");
        assertThat(browser.ask("document.documentElement.lang")).isEqualTo("en");
    }

    @Test
    void everythingAFingerMustHitIsBigEnoughAndNothingRunsOffTheSide() throws Exception {
        site.links.add(Site.brokenLink(Instant.now()));
        site.measure(Site.OXYGEN, "3.79", Grade.FAIL, Instant.now());
        site.measure(Site.SALINITY, "32.08", Grade.SUSPECT, Instant.now());
        site.measure(Site.OXYGEN, "3.79", Grade.GOOD, Instant.now());
        browser.visit(site.server.address());
        browser.awaitText(".alarm", "未確認");
        browser.awaitText("#links", "1,234 件が送信待ち");

        String small = browser.ask("[...document.querySelectorAll('button')].filter(b => b.offsetParent)"
                + ".filter(b => b.offsetHeight < 48 || b.offsetWidth < 48).map(b => b.innerText)");
        String width = browser.ask("document.documentElement.scrollWidth");

        assertThat(small).isEmpty();
        assertThat(Integer.parseInt(width)).isLessThanOrEqualTo(390);
    }

    @Test
    void theForecastStandsBeyondNowWithTheTimeItWasMade() throws Exception {
        Instant now = Instant.now();
        for (int minute = 60; minute >= 0; minute--) {
            site.measure(Site.OXYGEN, "5." + (minute % 10), Grade.GOOD, now.minus(Duration.ofMinutes(minute)));
        }
        site.forecast(now.minusSeconds(60), 5.2, 4.9, 4.5, 4.1, 3.8, 3.4);
        browser.visit(site.server.address());
        browser.awaitText("#legend", "時点で計算");

        assertThat(browser.ask("document.querySelector('#chart canvas').width > 300")).isEqualTo("true");
        assertThat(browser.text("#forecasts")).contains("3.4", "の予測");
        assertThat(browser.problems()).isEmpty();
        Path shots = Path.of("target", "screenshots");
        Files.createDirectories(shots);
        Files.write(shots.resolve("page.png"), browser.screenshot());
    }

    /** Once a chart fetched a moment too early stayed without its forecast for a minute. */
    @Test
    void aForecastThatComesWhileThePageIsOpenIsOnTheChartAtOnce() throws Exception {
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, Instant.now());
        browser.visit(site.server.address());
        browser.awaitText("#legend", "実測");
        assertThat(browser.text("#legend")).doesNotContain("時点で計算");

        site.forecast(Instant.now(), 5.2, 4.9);

        browser.awaitText("#legend", "時点で計算");
    }
}
