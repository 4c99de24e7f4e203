package suimon.alarm;

import java.sql.Connection;
import suimon.store.Cursor;

/** Breaks two rules on purpose, so that the test of the rooms is known to bite. */
record DeliberateViolation(Cursor cursor, Connection connection) {}
