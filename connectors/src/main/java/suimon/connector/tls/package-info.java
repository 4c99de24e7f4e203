/**
 * TLS from PEM files, for everything among the connectors that connects or is connected to. What a
 * server shows and whom it trusts is read again when the files change.
 */
@NullMarked
package suimon.connector.tls;

import org.jspecify.annotations.NullMarked;
