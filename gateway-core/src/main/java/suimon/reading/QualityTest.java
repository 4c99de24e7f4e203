package suimon.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tests that say how far a value can be trusted, by their names in QARTOD and ioos_qc, in the
 * order in which reasons are named. A set of them is a number with a bit for each, in this order:
 * stored readings have such sets, so a new test goes to the end.
 */
public enum QualityTest {
    /** What the sender itself said of the value. */
    STATUS("status", "センサーが不良と報告", "The sensor itself reports it as bad"),
    IMPOSSIBLE_DATE("impossible_date", "ありえない時刻", "Its time can't be"),
    GROSS_RANGE("gross_range", "測定範囲外", "Outside the range"),
    CLIMATOLOGY("climatology", "この時期にはない値", "Unusual for the season"),
    SPIKE("spike", "前後から飛び離れた値", "Far from the values before and after"),
    RATE_OF_CHANGE("rate_of_change", "変化が速すぎる", "Changed too quickly"),
    FLAT_LINE("flat_line", "同じ値が続いている", "The same value again and again"),
    ATTENUATED_SIGNAL("attenuated_signal", "動きがほとんどない", "Hardly moves any more"),
    TIME_GAP("time_gap", "途切れた後の値", "After a pause"),
    DATA_RECEPTION("data_reception", "届くのが遅すぎた", "Took too long to arrive"),
    DENSITY_INVERSION("density_inversion", "下の水が上より軽い", "Deeper water is lighter than the water above"),
    MULTIVARIATE("multi_variate", "関連する値が動いていない", "A related value did not move with it"),
    LOCATION("location", "ありえない位置", "Its position can't be"),
    SPEED("speed", "位置の移動が速すぎる", "Its position moved too fast"),
    /** Not one of QARTOD's: a slow departure from a neighbour. */
    DRIFT("drift", "近くのセンサーから少しずつ離れている", "Slowly departs from a neighbouring sensor");

    private static final QualityTest[] ALL = values();
    /** All of them in one set. */
    public static final int ANY = (1 << ALL.length) - 1;

    private final String qartodName;
    private final Words words;

    QualityTest(String qartodName, String ja, String en) {
        this.qartodName = qartodName;
        this.words = new Words(ja, en);
    }

    /** The name in QARTOD, such as {@code gross_range}; ioos_qc adds {@code _test}. */
    public String qartodName() {
        return qartodName;
    }

    /** What an operator reads when the test found something. */
    public Words words() {
        return words;
    }

    /** The first of a set of tests; null when it is empty. */
    public static @Nullable QualityTest first(int tests) {
        return tests == 0 ? null : ALL[Integer.numberOfTrailingZeros(tests)];
    }

    /** The tests of a set. */
    public static List<QualityTest> of(int tests) {
        List<QualityTest> found = new ArrayList<>();
        for (int left = tests & ANY; left != 0; left &= left - 1) {
            found.add(ALL[Integer.numberOfTrailingZeros(left)]);
        }
        return List.copyOf(found);
    }

    /** The names of a set's tests with a space between; empty for none. */
    public static String names(int tests) {
        int single = Integer.bitCount(tests & ANY);
        if (single == 0) {
            return "";
        }
        return single == 1 ? ALL[Integer.numberOfTrailingZeros(tests)].qartodName
                : of(tests).stream().map(QualityTest::qartodName).collect(Collectors.joining(" "));
    }

    /** The set of what {@link #names} gave; what is not the name of a test is left out. */
    public static int ofNames(String names) {
        int tests = 0;
        for (String name : names.split(" ", ALL.length + 1)) {
            for (QualityTest test : ALL) {
                tests |= test.qartodName.equals(name) ? test.bit() : 0;
            }
        }
        return tests;
    }

    /** This test in a set. */
    public int bit() {
        return 1 << ordinal();
    }
}
