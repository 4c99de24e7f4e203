/** Bytes from outside against whatever reads them: kept inputs, seeded damage, and campaigns guided by coverage (Jazzer). */
@org.jspecify.annotations.NullMarked
package suimon.fuzz;
