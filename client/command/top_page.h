/* top_page.h -- One page of 'admin top': lines of text from two or three samples. Pure. */
#ifndef CLIENT_COMMAND_TOP_PAGE_H
#define CLIENT_COMMAND_TOP_PAGE_H

#include <stdio.h>

#include "base/time.h"
#include "client/command/top_sample.h"

enum { TOP_HEIGHT_MIN = 24 };

struct top_view {
    const char *title; /* whose sale it is */
    const struct top_sample *now;
    const struct top_sample *before; /* the sample before; NULL: there is none yet */
    const struct top_sample *minute; /* of a minute ago, or the oldest one; NULL as before */
    unix_ms clock_ms;                /* the caller's clock, to be shown */
    const char *notice;              /* instead of the last line; NULL: none */
};

/** Writes the page: lines that are no wider than `width`.
 * @param height  Lines there are. With TOP_HEIGHT_MIN everything is there; more give room to more
 * methods and reasons; of fewer the last ones are left out, but the notice. 0: as many as needed.
 * @return Lines written. */
size_t top_page_write(const struct top_view *view, size_t width, size_t height, FILE *out);

#endif
