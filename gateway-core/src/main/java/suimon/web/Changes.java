package suimon.web;

import suimon.reading.Entry.Verdict;

/**
 * The way from the page to the one door for changes, wired by the application to {@code
 * suimon.command}. Called on request threads that may block; returns after the change is on disk.
 */
public interface Changes {
    /** An operator has seen the alarm. */
    Outcome acknowledge(Visitor by, String occurrence) throws InterruptedException;

    /** An operator says whether the alarm was right. */
    Outcome label(Visitor by, String occurrence, Verdict verdict, String note) throws InterruptedException;

    /** How a change ended. */
    sealed interface Outcome {
        /** It is on disk. */
        record Done(long sequence) implements Outcome {}

        /** Nothing was changed: what was asked for is not there or may not be done now. */
        record Refused(String reason) implements Outcome {}
    }
}
