/* views.c -- What is shown of each kind of answer. */
#include "client/command/view.h"

struct text text_of_wait(const Onsale__V1__QueueEntry *entry)
{
    struct text text;
    if (entry->admission_paused)
        snprintf(text.bytes, sizeof text.bytes, "unknown: admission is paused");
    else if (entry->estimate_unknown)
        snprintf(text.bytes, sizeof text.bytes, "unknown: longer than the waiting time left");
    else
        snprintf(text.bytes, sizeof text.bytes, "about %.48s",
                 text_of_span(entry->estimated_wait_ms).bytes);
    return text;
}

#define EXPIRY                                                                                     \
    "{expires_at_ms:instant} (in {remaining_ms:span}){admission_paused:| if the pause ended now}"

static const struct field entry_fields[] = {
    {"Concert", "{concert_id}", COLUMN_LEFT},
    {"User", "{user_id}", COLUMN_LEFT},
    {"Number", "{number}", COLUMN_LEFT},
    {"Status", "{status}", COLUMN_LEFT},
    {"Position", "{status:is WAITING}{position} ({ahead} ahead)", COLUMN_LEFT},
    {"Opens", "{status:is WAITING}{opens_at_ms:instant?}", COLUMN_LEFT},
    {"Wait", "{status:is WAITING}{position:wait}", COLUMN_LEFT},
    {"Entered", "{entered_at_ms:instant}", COLUMN_LEFT},
    {"Expires", "{status:is WAITING}" EXPIRY "||{status:is ACTIVE}" EXPIRY, COLUMN_LEFT},
    {"Token", "{token?}", COLUMN_LEFT},
    {0},
};
const struct view entered_view = {
    .member = "entry",
    .fields = entry_fields,
};

static const struct field concert_fields[] = {
    {"Concert", "{concert_id}", COLUMN_LEFT},
    {"Title", "{title}", COLUMN_LEFT},
    {"Artist", "{artist}", COLUMN_LEFT},
    {"Venue", "{venue}", COLUMN_LEFT},
    {0},
};
const struct view concert_view = {
    .member = "concert",
    .fields = concert_fields,
};

static const struct field concerts_fields[] = {
    {"CONCERT", "{concert_id}", COLUMN_RIGHT},
    {"TITLE", "{title}", COLUMN_WRAPS},
    {"ARTIST", "{artist}", COLUMN_WRAPS},
    {"VENUE", "{venue}", COLUMN_WRAPS},
    {0},
};
const struct view concerts_view = {
    .member = "concerts", .fields = concerts_fields, .sentences = {"No concerts."}};

#define SALE                                                                                       \
    "opens {sale_opens_at_ms:ahead}||{sale_closes_at_ms:over}closed||{holding_stopped:if}holding " \
    "stopped||{paying_stopped:if}paying stopped||to {sale_closes_at_ms:minute}"

static const struct field performances_fields[] = {
    {"PERF", "{performance_id}", COLUMN_RIGHT},
    {"STARTS", "{starts_at_ms:moment}", COLUMN_LEFT},
    {"SALE", SALE, COLUMN_WRAPS},
    {"TIER", "{tiers.name}", COLUMN_LEFT},
    {"PRICE", "{tiers.price:money}", COLUMN_RIGHT},
    {"LEFT", "{tiers.remaining:money}", COLUMN_RIGHT},
    {"SEATS", "{tiers.seats:money}", COLUMN_RIGHT},
    {0},
};
const struct view performances_view = {
    .member = "performances", .fields = performances_fields, .sentences = {"No dates."}};

static const struct field reservation_fields[] = {
    {"Reservation", "{reservation_id}", COLUMN_LEFT},
    {"User", "{user_id}", COLUMN_LEFT},
    {"Performance", "{performance_id} of concert {concert_id}", COLUMN_LEFT},
    {"Status", "{status}", COLUMN_LEFT},
    {"Seats", "{seats:seats}", COLUMN_LEFT},
    {"Price", "{total_price:money}", COLUMN_LEFT},
    {"Held", "{held_at_ms:instant}", COLUMN_LEFT},
    {"Pay until", "{status:is HELD}{expires_at_ms:instant} ({expires_at_ms:distance})",
     COLUMN_LEFT},
    {"Payment", "{payment_id?}", COLUMN_LEFT},
    {0},
};
const struct view reservation_view = {
    .member = "reservation",
    .fields = reservation_fields,
};

static const struct field reservations_fields[] = {
    {"RESERVATION", "{reservation_id}", COLUMN_LEFT},
    {"STATUS", "{status:is HELD}HELD, ends {expires_at_ms:distance}||{status}", COLUMN_WRAPS},
    {"PERF", "{performance_id}", COLUMN_RIGHT},
    {"PRICE", "{total_price:money}", COLUMN_RIGHT},
    {"SEATS", "{seats:seats}", COLUMN_WRAPS},
    {0},
};
const struct view reservations_view = {
    .member = "reservations", .fields = reservations_fields, .sentences = {"No reservations."}};

static const struct field tickets_fields[] = {
    {"TICKET", "{ticket_id}", COLUMN_RIGHT},
    {"PERF", "{performance_id}", COLUMN_RIGHT},
    {"SEAT", "{seat:seats}", COLUMN_WRAPS},
    {"PRICE", "{price:money}", COLUMN_RIGHT},
    {"ISSUED", "{issued_at_ms:instant}", COLUMN_LEFT},
    {0},
};
const struct view ticket_view = {.member = "ticket", .fields = tickets_fields, .as_table = true};

const struct view tickets_view = {
    .member = "tickets", .fields = tickets_fields, .sentences = {"No tickets."}};

static const struct field payment_fields[] = {
    {"Payment", "{payment_id}", COLUMN_LEFT},
    {"Reservation", "{reservation_id}", COLUMN_LEFT},
    {"User", "{user_id}", COLUMN_LEFT},
    {"Amount", "{amount:money}", COLUMN_LEFT},
    {"Balance after", "{balance_after:money}", COLUMN_LEFT},
    {"Paid", "{paid_at_ms:instant}", COLUMN_LEFT},
    {0},
};
const struct view payment_view = {.member = "payment",
                                  .fields = payment_fields,
                                  .tables_member = "tickets",
                                  .tables_fields = tickets_fields};

const struct view balance_view = {.sentences = {"Balance  {balance:money}"}};

static const struct field charge_fields[] = {
    {"Charge", "{entry_id}", COLUMN_LEFT},
    {"Amount", "{amount:money}", COLUMN_LEFT},
    {"Balance after", "{balance_after:money}", COLUMN_LEFT},
    {"Charged", "{created_at_ms:instant}", COLUMN_LEFT},
    {0},
};
const struct view charge_view = {
    .member = "entry",
    .fields = charge_fields,
};

static const struct field ledger_fields[] = {
    {"WHEN", "{created_at_ms:instant}", COLUMN_WRAPS},
    {"KIND", "{kind}", COLUMN_LEFT},
    {"AMOUNT", "{amount:money}", COLUMN_RIGHT},
    {"BALANCE", "{balance_after:money}", COLUMN_RIGHT},
    {"ID", "{entry_id}", COLUMN_LEFT},
    {0},
};
const struct view ledger_view = {
    .member = "entries", .fields = ledger_fields, .sentences = {"Nothing so far."}};

const struct view user_view = {.sentences = {"User {user_id} {created:was there already|created}"}};

const struct view imported_view = {
    .sentences = {
        "Imported {performances_created} new performances with {seats_created:money} new seats"}};

const struct view backup_view = {.sentences = {"Copied {bytes:size} to {path}"}};

const struct view blocked_view = {.sentences = {"Blocked {changed} seats"}};

const struct view unblocked_view = {.sentences = {"Unblocked {changed} seats"}};

const struct view clock_view = {
    .sentences = {"{jumped_ms!}The clock has not jumped: it is {now_ms:instant}||Went on by "
                  "{jumped_ms:span}: it is {now_ms:instant}"}};

const struct view health_view = {
    .sentences = {"{status}, onsaled {version}",
                  "The clock is {clock_behind_ms:span?} behind: time stands still."}};

static const struct field policy_fields[] = {
    {"Active at most", "{active_max}", COLUMN_LEFT},
    {"Admissions a second", "{admissions_per_second}", COLUMN_LEFT},
    {"Waiting lifetime", "{waiting_lifetime_ms:span} from the {waiting_rule:entry|entry|last poll}",
     COLUMN_LEFT},
    {"Active lifetime", "{active_lifetime_ms:span}", COLUMN_LEFT},
    {"Hold lifetime", "{hold_lifetime_ms:span}", COLUMN_LEFT},
    {"Purchase limit", "{purchase_limit} seats", COLUMN_LEFT},
    {"Admission", "{admission_paused:on|paused}", COLUMN_LEFT},
    {"Admission opens", "{admission_lead_ms:span} before the sale", COLUMN_LEFT},
    {0},
};
const struct view policy_view = {
    .member = "policy",
    .fields = policy_fields,
};

static const struct field stops_fields[] = {
    {"", "performance {performance_id?}||whole concert", COLUMN_LEFT},
    {"HOLDING", "{holding_stopped:on|stopped}", COLUMN_LEFT},
    {"PAYING", "{paying_stopped:on|stopped}", COLUMN_LEFT},
    {0},
};
const struct view stop_view = {.member = "stops", .fields = stops_fields, .as_table = true};

const struct view stops_view = {
    .member = "concert", .fields = stops_fields, .as_table = true, .tables_member = "performances"};

static const struct field stats_fields[] = {
    {"Version", "{version}", COLUMN_LEFT},
    {"Up for", "{uptime_ms:span}", COLUMN_LEFT},
    {"Users", "{users:money}", COLUMN_LEFT},
    {"Reservations", "{reservations:money}", COLUMN_LEFT},
    {"Tickets", "{tickets:money}", COLUMN_LEFT},
    {"Events", "{last_event_number:money}", COLUMN_LEFT},
    {"Commands executed", "{commands:money}", COLUMN_LEFT},
    {"in batches", "{batches:money}", COLUMN_LEFT},
    {"Commands waiting", "{writer_waiting:money}", COLUMN_LEFT},
    {"Connections", "{connections:money}", COLUMN_LEFT},
    {"closed unread", "{connections_closed_unread:money}", COLUMN_LEFT},
    {"Refused as overloaded", "{overload_refusals:money}", COLUMN_LEFT},
    {"Long polls waiting", "{long_polls_waiting:money}", COLUMN_LEFT},
    {"Clock", "{clock_behind_ms:span?} behind", COLUMN_LEFT},
    {"Clock", "jumped ahead by {clock_jumped_ms:span?}", COLUMN_LEFT},
    {"Damaged records", "{damaged_records?}", COLUMN_LEFT},
    {"Memory", "{memory_used_bytes:size} of {memory_budget_bytes:size}", COLUMN_LEFT},
    {"Store", "{store_used_bytes:size} of {store_limit_bytes:size}", COLUMN_LEFT},
    {0},
};
static const struct field queue_fields[] = {
    {"CONCERT", "{concert_id}", COLUMN_RIGHT},
    {"WAITING", "{waiting:money}", COLUMN_RIGHT},
    {"ACTIVE", "{active:money}", COLUMN_RIGHT},
    {"ENTERED", "{entered:money}", COLUMN_RIGHT},
    {"ADMISSION", "{admission_paused:if}paused||opens {opens_at_ms:ahead}||on", COLUMN_LEFT},
    {"STOPPED",
     "{holding_stopped:if}holding{paying_stopped:|, paying}||{paying_stopped:if}paying||-",
     COLUMN_LEFT},
    {0},
};
const struct view stats_view = {
    .fields = stats_fields, .tables_member = "queues", .tables_fields = queue_fields};

static const struct field check_fields[] = {
    {"Seats checked", "{seats_checked:money}", COLUMN_LEFT},
    {"Reservations checked", "{reservations_checked:money}", COLUMN_LEFT},
    {"Tickets checked", "{tickets_checked:money}", COLUMN_LEFT},
    {"Wallets checked", "{wallets_checked:money}", COLUMN_LEFT},
    {"Queue entries checked", "{queue_entries_checked:money}", COLUMN_LEFT},
    {"Events checked", "{events_checked:money}", COLUMN_LEFT},
    {0},
};
static const struct field violation_fields[] = {
    {"", "VIOLATED", COLUMN_LEFT},
    {"", "{invariant}:", COLUMN_LEFT},
    {"", "{description}", COLUMN_WRAPS},
    {0},
};
const struct view check_view = {.fields = check_fields,
                                .sentences = {"{violations!}Every invariant holds."},
                                .tables_member = "violations",
                                .tables_fields = violation_fields};
