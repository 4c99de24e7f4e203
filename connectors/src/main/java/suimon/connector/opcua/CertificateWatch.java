package suimon.connector.opcua;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import suimon.pipeline.Delivery;
import suimon.pipeline.Inbox;
import suimon.pipeline.Receipt;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/**
 * Says in time that a certificate ends: a caution before, an alert afterwards, nothing any more once
 * another took its place. A box that does not know the time yet believes in 1970 and says nothing.
 */
final class CertificateWatch {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String source;
    private final Duration warnBefore;
    private final Inbox inbox;
    private final Clock clock;
    private final ConcurrentMap<Whose, X509Certificate> watched = new ConcurrentHashMap<>();
    private final ConcurrentMap<Whose, String> told = new ConcurrentHashMap<>();

    /** Whose certificate it is, with what a person can do about its end. */
    enum Whose {
        SERVER("server", new Words("サーバー", "the server"),
                new Words("サーバーで証明書を更新し、suimon opcua trust で承認してください",
                        "Renew it at the server, then let it in with suimon opcua trust")),
        GATEWAY("gateway", new Words("ゲートウェイ", "the gateway"),
                new Words("このソースの own フォルダーを削除すると新しい証明書ができます。サーバー側で承認してください",
                        "Remove the folder own of this source: a new one is made, which the server must trust")),
        USER("user", new Words("ユーザー", "the user"),
                new Words("新しいユーザー証明書を発行し、userCertificate のファイルを置き換えてください",
                        "Issue a new user certificate and replace the files of userCertificate"));

        private final String key;
        private final Words words;
        private final Words action;

        Whose(String key, Words words, Words action) {
            this.key = key;
            this.words = words;
            this.action = action;
        }
    }

    CertificateWatch(String source, Duration warnBefore, Inbox inbox, Clock clock) {
        this.source = source;
        this.warnBefore = warnBefore;
        this.inbox = inbox;
        this.clock = clock;
    }

    /** Watches this one from now on instead of the one before. */
    void watch(Whose whose, X509Certificate certificate) {
        watched.put(whose, certificate);
    }

    /** Tells what changed since the last look; call now and then. */
    void look() throws InterruptedException {
        Instant now = clock.instant();
        for (Whose whose : Whose.values()) {
            X509Certificate certificate = watched.get(whose);
            if (certificate != null) {
                Instant end = certificate.getNotAfter().toInstant();
                boolean isOver = now.isAfter(end);
                boolean isNear = now.isAfter(end.minus(warnBefore));
                String state = (isOver ? "over " : isNear ? "near " : "fine ") + end;
                if (!state.equals(told.put(whose, state))) {
                    inbox.put(new Delivery.Alarm(source, "certificate-" + whose.key,
                            isOver ? Severity.ALERT : Severity.CAUTION, isNear, false, now,
                            message(whose, end, isOver), whose.action, Receipt.NONE));
                }
            }
        }
    }

    private Words message(Whose whose, Instant end, boolean isOver) {
        String day = DAY.format(end);
        return isOver
                ? new Words(source + "：" + whose.words.ja() + "の証明書の期限が切れました（" + day + "）",
                        source + ": the certificate of " + whose.words.en() + " ended on " + day)
                : new Words(source + "：" + whose.words.ja() + "の証明書の期限が近づいています（" + day + "）",
                        source + ": the certificate of " + whose.words.en() + " ends on " + day);
    }
}
