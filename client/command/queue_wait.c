/* queue_wait.c -- onsale queue wait */
#include "client/command/command.h"
#include "client/command/connection.h"
#include "client/command/output.h"

enum { WAIT_MS = 30 * 1000, WAIT_TIMEOUT_MS = WAIT_MS + 10 * 1000 };

#define PLACE "{status:is WAITING}WAITING  position {position}, {position:wait}"

static void print_progress(const struct run *run, const ProtobufCMessage *entry)
{
    static const char progress[] = PLACE "; opens {opens_at_ms:moment?}||" PLACE "||{status}";
    if (run->json) {
        json_write_line(json_from_message(entry), stdout);
        return;
    }
    output_print(stdout, "%s  ", text_of_instant(clock_now_ms()).bytes);
    template_write(stdout, progress, &(struct record){entry, NULL});
    fputc('\n', stdout);
    fflush(stdout);
}

/* Waiting has an end: good if the entry became ACTIVE. */
static bool tell_end(struct run *run, const Onsale__V1__QueueEntry *entry)
{
    if (entry->status != ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE)
        return run_fail(run, ONSALE_TOKEN_EXPIRED, "%s", onsale_status_text(ONSALE_TOKEN_EXPIRED));
    if (!run->json)
        output_line(stdout, "Your turn: seats can be reserved for %s.",
                    text_of_span(entry->remaining_ms).bytes);
    return true;
}

enum exit_code queue_wait(struct run *run)
{
    static const struct onsale_call_options options = {.timeout_ms = WAIT_TIMEOUT_MS};
    Onsale__V1__WaitQueueEntryRequest *request = run_request(run);
    struct connection connection = {.wait_ms = &request->wait_ms};
    Onsale__V1__WaitQueueEntryResponse *answer = NULL;
    bool waits = true;
    request->wait_ms = WAIT_MS;
    while (waits) { /* the first is answered at once */
        bool is_first = answer == NULL;
        run_forget(run, answer);
        answer = connection_call(&connection, run, &request->base, is_first ? NULL : &options);
        if (answer == NULL) return run_refused(run);
        const Onsale__V1__QueueEntry *entry = answer->entry;
        if (entry->status != request->known_status || entry->position != request->known_position)
            print_progress(run, &entry->base);
        request->known_status = entry->status;
        request->known_position = entry->position;
        waits = entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    }
    return run_end(run, tell_end(run, answer->entry));
}
