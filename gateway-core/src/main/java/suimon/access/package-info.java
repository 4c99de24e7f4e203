/**
 * Who may do what: users and devices with hashed secrets, and their roles.
 *
 * <p>Knows no protocol and no page. Start with {@link suimon.access.CredentialFile}.
 */
@NullMarked
package suimon.access;

import org.jspecify.annotations.NullMarked;
