package suimon.app;

import java.util.List;
import java.util.Locale;
import suimon.reading.Words;

/**
 * What {@code suimon bench} found, in words and as JSON.
 *
 * @param sustained readings per second up to which acknowledgements kept up
 * @param limitedBy what ended the climb, in words
 * @param atSite what the load of {@link #pens} costs
 * @param pens places of six series, each every ten seconds, that the box carries
 * @param models names of the models that were loaded
 * @param results values that the models made of the readings
 * @param published messages sent in all
 * @param acknowledged of which the gateway confirmed so many
 * @param stored readings that were in its log at the end, according to its books
 * @param balances whether its books balanced
 */
record BenchReport(
        double sustained, Words limitedBy, Load atPeak, Load atSite, int pens, List<String> models,
        long results, long published, long acknowledged, long stored, boolean balances, Flash flash) {
    private static final double DAYS_A_YEAR = 365.25;

    /**
     * One load.
     *
     * @param perSecond readings per second
     * @param p50 from publish to acknowledgement, nanoseconds
     * @param p99 the same
     * @param cpu share of all cores, 0 to 1
     * @param resident bytes
     * @param flashPerDay bytes
     */
    record Load(double perSecond, long p50, long p99, double cpu, long resident, double flashPerDay) {}

    /**
     * The medium.
     *
     * @param bytes its size
     * @param cycles how often each cell may be written
     * @param amplification what the medium writes per byte it is told to
     */
    record Flash(long bytes, long cycles, double amplification) {
        double years(double bytesPerDay) {
            return bytesPerDay <= 0 ? Double.POSITIVE_INFINITY
                    : bytes * (double) cycles / (bytesPerDay * amplification) / DAYS_A_YEAR;
        }
    }

    String japanese() {
        return """
                この装置は、1か所6項目・10秒ごとの標準的な生簀を %d か所まで受け持てます(モデル: %s)。
                その負荷(毎秒 %,.0f 件)では: 受信確認まで 中央値 %s、99%% が %s 以内、CPU %.0f %%、メモリ %.0f MB、
                  フラッシュ書き込み 1日 %,.0f MB、%,.0f GB・書き換え %,d 回の媒体で寿命 %s 年
                  (媒体内部の書き込みは %.1f 倍と仮定)。
                続けて受けられた最大: 毎秒 %,.0f 件(CPU %.0f %%、99%% が %s 以内、メモリ %.0f MB)。上限の理由: %s。
                帳簿: 送信 %,d、確認 %,d、保存 %,d 件、モデルの結果 %,d 件。%s
                """.formatted(pens, names("なし"),
                atSite.perSecond, millis(atSite.p50), millis(atSite.p99), atSite.cpu * 100, atSite.resident / 1e6,
                atSite.flashPerDay / 1e6, flash.bytes / 1e9, flash.cycles, years(), flash.amplification,
                sustained, atPeak.cpu * 100, millis(atPeak.p99), atPeak.resident / 1e6, limitedBy.ja(),
                published, acknowledged, stored, results, balances ? "帳簿は一致しています。" : "帳簿が一致しません。");
    }

    String english() {
        return """
                This box carries %d pens of the usual kind: six series each, every 10 s (models: %s).
                At that load (%,.0f readings/s): acknowledged within %s (half of them), %s (99 %%), CPU %.0f %%,
                  memory %.0f MB, %,.0f MB written to the flash a day, which a medium of %,.0f GB and %,d cycles
                  takes for %s years (the medium itself writing %.1f times as much).
                The most it kept up with: %,.0f readings/s (CPU %.0f %%, 99 %% within %s, %.0f MB). Ended by: %s.
                Books: %,d sent, %,d acknowledged, %,d stored, %,d results of models. %s
                """.formatted(pens, names("none"),
                atSite.perSecond, millis(atSite.p50), millis(atSite.p99), atSite.cpu * 100, atSite.resident / 1e6,
                atSite.flashPerDay / 1e6, flash.bytes / 1e9, flash.cycles, years(), flash.amplification,
                sustained, atPeak.cpu * 100, millis(atPeak.p99), atPeak.resident / 1e6, limitedBy.en(),
                published, acknowledged, stored, results,
                balances ? "The books balance." : "The books do NOT balance.");
    }

    String json() {
        return String.format(Locale.ROOT, """
                {"readingsPerSecond": %.0f, "limitedBy": "%s", "pens": %d, "models": [%s],
                 "peak": %s,
                 "site": %s,
                 "flashYears": %.2f, "published": %d, "acknowledged": %d, "stored": %d, "modelResults": %d,
                 "booksBalance": %b}
                """, sustained, limitedBy.en(), pens,
                models.isEmpty() ? "" : "\"" + String.join("\", \"", models) + "\"",
                json(atPeak), json(atSite), flash.years(atSite.flashPerDay), published, acknowledged, stored,
                results, balances);
    }

    private static String json(Load load) {
        return String.format(Locale.ROOT, "{\"readingsPerSecond\": %.0f, \"p50Milliseconds\": %.1f,"
                + " \"p99Milliseconds\": %.1f, \"cpuShare\": %.3f, \"residentBytes\": %d, \"flashBytesPerDay\": %.0f}",
                load.perSecond, load.p50 / 1e6, load.p99 / 1e6, load.cpu, load.resident, load.flashPerDay);
    }

    private String names(String none) {
        return models.isEmpty() ? none : String.join(", ", models);
    }

    private String years() {
        return String.format(Locale.ROOT, "%.1f", Math.min(999, flash.years(atSite.flashPerDay)));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
    }
}
