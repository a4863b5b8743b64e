/* pages.h -- Lists that come in pages, item by item.
 *
 *     struct pages pages = pages_of(run, &onsale_payment_list_tickets_method, "tickets");
 *     for (const Onsale__V1__Ticket *ticket; (ticket = pages_next(&pages)) != NULL;) ...
 *     return !pages.is_refused; */
#ifndef CLIENT_COMMAND_PAGES_H
#define CLIENT_COMMAND_PAGES_H

#include "client/command/command.h"

/** Where a walk through a list has come to. */
struct pages {
    struct run *run;
    const struct onsale_method *method;
    void *request;          /* of the method */
    const char *member;     /* of the answer: the items */
    uint64_t left;          /* items still wanted: all, unless it is set */
    ProtobufCMessage *page; /* NULL before the first */
    size_t next;            /* item of the page */
    bool is_refused;        /* why, run->error tells */
};

/** A walk from the beginning, whose request is filled with what was given to the command. */
struct pages pages_of(struct run *run, const struct onsale_method *method, const char *member);

/** The next item; it lives until the next page is asked for. @return NULL: there is none, or
 * is_refused. */
void *pages_next(struct pages *pages);

#endif
