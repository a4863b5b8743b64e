/* require.h -- Assertions that are always on. They are for our own mistakes, never for input. */
#ifndef BASE_REQUIRE_H
#define BASE_REQUIRE_H

/** Ends the process with file, line and condition on stderr. */
_Noreturn void require_failed(const char *condition, const char *file, int line);

/** Ends the process unless `condition` holds. One condition each. */
#define REQUIRE(condition) ((condition) ? (void)0 : require_failed(#condition, __FILE__, __LINE__))

#endif
