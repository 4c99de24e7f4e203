package suimon.quality;

import suimon.reading.Grade;
import suimon.reading.QualityTest;

/** One test as values come; missing ones come too, so that it knows of them. One thread. */
interface ValueTest {
    QualityTest name();

    /** What the newest value gets; anything where it is missing. */
    Grade judge(Sample newest);

    /** After {@link #judge}: what the value before gets beside what it got then. */
    default Grade ofPrevious() {
        return Grade.MISSING;
    }
}
