/**
 * The operator page, the JSON API, health and metrics over HTTP.
 *
 * <p>Reads the log through a live board and per-request readers; changes only through {@link
 * suimon.command.CommandDoor}. Knows no protocol of the plant and holds nothing durable of its own but its
 * certificate. Start with {@link suimon.web.WebServer}.
 */
@NullMarked
package suimon.web;

import org.jspecify.annotations.NullMarked;
