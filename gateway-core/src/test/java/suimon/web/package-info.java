/** Tests of the page and the API over real HTTP, on a real log in a temporary folder. */
@NullMarked
package suimon.web;

import org.jspecify.annotations.NullMarked;
