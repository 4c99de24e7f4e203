package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.pipeline.CaptureReader;
import suimon.store.CaptureShelf;
import suimon.store.Commit;

/** A picture on the page, and a person who writes down what was seen, on a phone. */
@Timeout(120)
class ObservationPageTest {
    @TempDir
    private Path folder;

    @Test
    void aPersonSeesAPictureWritesDownALeakAndCorrectsIt() throws Exception {
        Optional<Path> chromium = Browser.executable();
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium here (Debian package chromium)");
        try (Site site = Site.onLoopback(folder); Browser browser = Browser.open(chromium.get())) {
            keepPicture(site);
            browser.resize(390, 844, 2, false);
            browser.visit(site.server.address());
            browser.awaitText("#captures", "いけすカメラ");
            browser.awaitText("#captures", "写真 640×480");

            browser.tap("#observe-box summary");
            fill(browser, "kind", "leak");
            fill(browser, "place", "main/hydrant-12");
            // As a Japanese keyboard writes it.
            fill(browser, "value", "２．１");
            browser.tap("#observe [type=submit]");
            browser.awaitText("#observations", "掘って漏水を確認 main/hydrant-12 2.1 m");

            browser.tap("#observations button");
            browser.awaitText("#correcting", "訂正中");
            fill(browser, "value", "1.8");
            browser.tap("#observe [type=submit]");
            browser.awaitText("#observations", "1.8 m");

            browser.tap("#record-box summary");
            browser.ask("(() => { const e = document.querySelector('#record').elements;"
                    + " e.sensors.value = 'main/h1、main/h2'; const d = new Date(Date.now() + 7.2e6);"
                    + " e.start.value = new Date(d - d.getTimezoneOffset() * 6e4).toISOString().slice(0, 19);"
                    + " e.seconds.value = '６０'; return ''; })()");
            browser.tap("#record [type=submit]");
            browser.awaitText("#record-jobs", "60 秒");
            browser.awaitText("#record-jobs", "予約済み。まだ機器に届いていません");
            browser.awaitText("#record-jobs", "main/h2");

            String small = browser.ask("[...document.querySelectorAll('button, #observe input, #observe select')]"
                    + ".filter(b => b.offsetParent).filter(b => b.offsetHeight < 48 || b.offsetWidth < 48)"
                    + ".map(b => b.innerText)");
            assertThat(small).isEmpty();
            assertThat(browser.text("#observations")).doesNotContain("2.1");
            assertThat(Integer.parseInt(browser.ask("document.documentElement.scrollWidth"))).isLessThanOrEqualTo(390);
            browser.ask("document.querySelector('#captures img').scrollIntoView()");
            Await.that(() -> browser.ask("document.querySelector('#captures img').naturalWidth"), "640"::equals,
                    "the picture is drawn");
            assertThat(browser.problems()).isEmpty();
            Path shots = Path.of("target", "screenshots");
            Files.createDirectories(shots);
            Files.write(shots.resolve("observations.png"), browser.screenshot());
        }
    }

    private static void fill(Browser browser, String name, String value) throws Exception {
        browser.ask("(() => { const e = document.querySelector('#observe').elements." + name + "; e.value = '" + value
                + "'; e.dispatchEvent(new Event('change')); return ''; })()");
    }

    private static void keepPicture(Site site) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB), "jpg", file);
        byte[] bytes = file.toByteArray();
        if (!(CaptureReader.read(bytes) instanceof CaptureReader.Outcome.Read read)) {
            throw new AssertionError("the JDK's JPEG is not taken");
        }
        site.captures.take(read.capture(), bytes, "いけすカメラ", "listener", Site.nanos(site.clock.instant()));
        CaptureShelf.Drained drained = site.captures.drain(0);
        site.log.commit(new Commit(List.of(), drained.changes(), sequence -> drained.committed().run()));
    }
}
