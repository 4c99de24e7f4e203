package suimon.backhaul;

import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Words;

/** Says once what a person must know or cure about an uplink, as an alarm of the gateway. */
final class Troubles {
    private static final Words LOOK = new Words(
            "担当部署に連絡し、ハブの監査記録を確認してください。データは失われていません。",
            "Tell the data team to look at the hub's audit record. No data is lost.");
    private static final AlarmState ACTIVE =
            new AlarmState(true, false, false, false, false, false, false);

    private final String destination;
    private final Clock clock;
    private final Consumer<AlarmEvent> alarms;
    private final Set<Trouble> said = EnumSet.noneOf(Trouble.class);

    /** @param alarms takes each alarm event to commit it; must not block */
    Troubles(String destination, Clock clock, Consumer<AlarmEvent> alarms) {
        this.destination = destination;
        this.clock = clock;
        this.alarms = alarms;
    }

    /** What can be wrong. */
    enum Trouble {
        CONFLICT(new Words("ハブが同じ番号で異なる内容を保持しています。新しい系列で再送します",
                "The hub holds other content under the same number; sending again in a new epoch"), LOOK),
        HUB_LOST(new Words("ハブが確認済みのデータを失っています。残っているデータをすべて再送します",
                "The hub has lost data it had confirmed; sending all that is kept again"), LOOK),
        DENIED(new Words("ハブがこのゲートウェイを受け付けません", "The hub doesn't admit this gateway"),
                new Words("ゲートウェイIDとトークンの設定を確認してください。データは蓄積されています。",
                        "Check the gateway's id and token. Data is kept meanwhile.")),
        MALFORMED(new Words("ハブがデータを読めません", "The hub can't read what is sent"),
                new Words("ハブを新しい版に更新してください。データは蓄積されています。",
                        "Update the hub. Data is kept meanwhile."));

        private final Words message;
        private final Words action;

        Trouble(Words message, Words action) {
            this.message = message;
            this.action = action;
        }
    }

    /** Raised once until {@link #cured}. */
    void raise(Trouble trouble, String detail) {
        if (!said.add(trouble)) {
            return;
        }
        Words message = new Words(trouble.message.ja() + " (" + destination + ": " + detail + ")",
                trouble.message.en() + " (" + destination + ": " + detail + ")");
        alarms.accept(event(trouble, AlarmEvent.Kind.ACTIVATED, ACTIVE, message));
    }

    /** The hub takes frames again: what stood in the way is over. */
    void cured() {
        for (Trouble trouble : said) {
            AlarmState over = new AlarmState(false, false, false, false, false, false, false);
            alarms.accept(event(trouble, AlarmEvent.Kind.CLEARED, over, trouble.message));
        }
        said.clear();
    }

    private AlarmEvent event(
            Trouble trouble, AlarmEvent.Kind kind, AlarmState state, Words message) {
        String rule = "uplink-" + trouble.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        return new AlarmEvent(rule, rule + "/" + destination, "", AlarmEvent.Severity.CAUTION, kind,
                state, clock.instant(), Double.NaN, message, trouble.action, "gateway");
    }
}
