#include "client/command/pages.h"

#include "base/limits.h"
#include "client/command/message.h"
#include "client/command/output.h"

struct pages pages_of(struct run *run, const struct onsale_method *method, const char *member)
{
    void *request = run_message(run, method->request);
    run_fill(run, request);
    return (struct pages){run, method, request, member, UINT64_MAX, NULL, 0, false};
}

/* What asks for the page after this one; "" if there is none. */
static const char *token_of(const struct pages *pages)
{
    if (pages->page == NULL) return "";
    struct place token = message_place(pages->page, "next_page_token");
    return *(char *const *)token.at;
}

/* Asks for the next page. */
static void turn(struct pages *pages)
{
    struct place size = message_place(pages->request, "page_size");
    struct place from = message_place(pages->request, "page_token");
    ProtobufCMessage *before = pages->page;
    place_set_number(&size, (int64_t)(pages->left < PAGE_SIZE_MAX ? pages->left : PAGE_SIZE_MAX));
    *(const char **)from.at = token_of(pages);
    pages->page = pages->method == pages->run->command->method
                      ? run_send(pages->run, pages->request)
                      : run_ask(pages->run, pages->method, pages->request, NULL);
    pages->next = 0;
    pages->is_refused = pages->page == NULL;
    run_forget(pages->run, before);
}

void *pages_next(struct pages *pages)
{
    if (pages->page == NULL) turn(pages);
    while (!pages->is_refused) {
        struct place items = message_place(pages->page, pages->member);
        if (pages->next < items.count) {
            if (pages->left > 0) pages->left--;
            return ((ProtobufCMessage **)items.at)[pages->next++];
        }
        if (pages->left == 0 || token_of(pages)[0] == '\0') return NULL;
        turn(pages);
    }
    return NULL;
}

static void print_all(const struct run *run, const struct listing *listing, const char *token)
{
    struct pager pager = pager_begin(&run->terminal);
    if (run->json)
        json_write(
            json_pack("{sOss}", run->command->view->member, listing->items, "nextPageToken", token),
            stdout);
    else
        listing_print(listing, run);
    if (!run->json && token[0] != '\0')
        output_line(stdout, "... and more: raise --limit to see them");
    pager_end(&pager);
}

enum exit_code pages_list(struct run *run)
{
    const struct view *view = run->command->view;
    struct listing listing;
    struct pages pages = pages_of(run, run->command->method, view->member);
    pages.left = arguments_number(&run->arguments, PARAMETER_LIMIT, UINT64_MAX);
    listing_init(&listing, run, view);
    for (const ProtobufCMessage *item; (item = pages_next(&pages)) != NULL;)
        listing_add(&listing, item, pages.page);
    if (!pages.is_refused) print_all(run, &listing, token_of(&pages));
    listing_deinit(&listing);
    return run_end(run, !pages.is_refused);
}
