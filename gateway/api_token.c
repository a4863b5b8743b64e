/* api_token.c -- A place in the queue: POST /api/token/issue, GET /api/token/status. */
#include "gateway/api_routes.h"
#include "gateway/api_text.h"
#include "onsale/api/requests.pb-c.h"

/* By the number of QueueEntryStatus. DONE: the waiting is done, so that its owner may enter. */
static const struct {
    const char *name;
    const char *english;
    const char *korean;
} statuses[] = {
    {"WAITING", "waiting", "대기 중"},
    {"WAITING", "waiting", "대기 중"},
    {"DONE", "may enter", "입장 가능"},
    {"EXPIRED", "the time is over", "대기 시간이 만료되었습니다."},
    {"LEFT", "left or used", "사용이 끝난 토큰입니다."},
};

enum { STATUSES = sizeof statuses / sizeof statuses[0] };

static bool ask_issue(struct api_story *story, ProtobufCMessage *request)
{
    const Onsale__Api__IssueTokenRequest *asked =
        (const Onsale__Api__IssueTokenRequest *)story->request;
    Onsale__V1__EnterQueueRequest *enter = (Onsale__V1__EnterQueueRequest *)request;
    enter->user_id = asked->user_id;
    enter->concert_id = asked->concert_id;
    return true;
}

static bool take_issue(struct api_story *story, const ProtobufCMessage *response)
{
    const Onsale__V1__EnterQueueResponse *entered =
        (const Onsale__V1__EnterQueueResponse *)response;
    story->entry = entered->entry;
    story->token = entered->token;
    return false;
}

static bool ask_status(struct api_story *story, ProtobufCMessage *request)
{
    ((Onsale__V1__GetQueueEntryRequest *)request)->token = story->token;
    return true;
}

static bool take_status(struct api_story *story, const ProtobufCMessage *response)
{
    story->entry = ((const Onsale__V1__GetQueueEntryResponse *)response)->entry;
    return false;
}

static void write_token(const struct api_story *story, struct json_buffer *text)
{
    const Onsale__V1__QueueEntry *entry = story->entry;
    size_t status = (size_t)entry->status < STATUSES ? (size_t)entry->status : 0;
    api_open(text, NULL, '{');
    api_add_base64(text, "token", story->token);
    api_add_unsigned(text, "userId", entry->user_id);
    api_add_unsigned(text, "concertId", entry->concert_id);
    api_add_text(text, "status", statuses[status].name);
    api_add_text(text, "label",
                 story->is_korean ? statuses[status].korean : statuses[status].english);
    api_add_unsigned(text, "position", entry->position);
    api_add_unsigned(text, "ahead", entry->ahead);
    api_add_number(text, "estimatedWaitMs", entry->estimated_wait_ms);
    api_add_number(text, "remainingMs", entry->remaining_ms);
    api_add_number(text, "expiresAtMs", entry->expires_at_ms);
    api_close(text, '}');
}

const struct api_route api_token_routes[] = {
    {"POST",
     "/api/token/issue",
     &onsale__api__issue_token_request__descriptor,
     true,
     {{&onsale_queue_enter_queue_method, ask_issue, take_issue}},
     write_token},
    {"GET",
     "/api/token/status",
     &onsale__api__empty_request__descriptor,
     false,
     {{&onsale_queue_get_queue_entry_method, ask_status, take_status}},
     write_token},
    {0},
};

bool api_ask_user(struct api_story *story, ProtobufCMessage *request)
{
    const Onsale__Api__BalanceRequest *asked = (const Onsale__Api__BalanceRequest *)story->request;
    story->user_id = asked->user_id;
    ((Onsale__V1__GetQueueEntryRequest *)request)->token = story->token;
    return story->user_id == 0 && story->token.len > 0;
}

bool api_take_user(struct api_story *story, const ProtobufCMessage *response)
{
    const Onsale__V1__GetQueueEntryResponse *found =
        (const Onsale__V1__GetQueueEntryResponse *)response;
    story->user_id = found->entry->user_id;
    return false;
}
