#include "server/present.h"
#include "server/present/parts.h"
#include "store/records.h"

Onsale__V1__LedgerEntry *present_ledger_entry(struct arena *arena, const struct ledger_entry *entry)
{
    Onsale__V1__LedgerEntry *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__ledger_entry__init(message);

    message->kind = (Onsale__V1__LedgerEntryKind)entry->kind;
    message->amount = entry->amount;
    message->balance_after = entry->balance_after;
    message->created_at_ms = entry->created_at_ms;
    return present_id(arena, entry->id.bytes, &message->entry_id) ? message : NULL;
}

Onsale__V1__Ticket *present_ticket(struct arena *arena, struct store_txn *txn,
                                   const struct ticket *ticket)
{
    const struct performance *performance = performance_look(txn, ticket->performance_id);
    if (performance == NULL) return NULL;
    Onsale__V1__Ticket *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__ticket__init(message);

    message->ticket_id = ticket->id;
    message->user_id = ticket->user_id;
    message->concert_id = ticket->concert_id;
    message->performance_id = ticket->performance_id;
    message->price = ticket->price;
    message->issued_at_ms = ticket->issued_at_ms;
    message->seat = present_seat(arena, txn, performance, ticket->seat_index);
    if (message->seat == NULL) return NULL;
    if (!present_id(arena, ticket->payment_id.bytes, &message->payment_id)) return NULL;
    if (!present_id(arena, ticket->reservation_id.bytes, &message->reservation_id)) return NULL;
    return message;
}

static bool present_tickets(struct arena *arena, struct store_txn *txn,
                            const struct ticket *tickets, uint32_t count,
                            Onsale__V1__Payment *message)
{
    message->tickets = present_array(arena, count);
    if (message->tickets == NULL) return false;

    for (uint32_t i = 0; i < count; i++) {
        message->tickets[i] = present_ticket(arena, txn, &tickets[i]);
        if (message->tickets[i] == NULL) return false;
    }
    message->n_tickets = count;
    return true;
}

Onsale__V1__Payment *present_payment(struct arena *arena, struct store_txn *txn,
                                     const struct ledger_entry *entry, const struct ticket *tickets)
{
    Onsale__V1__Payment *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__payment__init(message);

    message->user_id = entry->user_id;
    message->amount = -entry->amount;
    message->balance_after = entry->balance_after;
    message->paid_at_ms = entry->created_at_ms;
    if (!present_id(arena, entry->id.bytes, &message->payment_id)) return NULL;
    if (!present_id(arena, entry->reservation_id.bytes, &message->reservation_id)) return NULL;
    return present_tickets(arena, txn, tickets, entry->tickets_count, message) ? message : NULL;
}

Onsale__V1__Payment *present_stored_payment(struct arena *arena, struct store_txn *txn,
                                            const struct ledger_entry *entry)
{
    struct ticket tickets[SEATS_PER_HOLD_MAX];
    if (entry->tickets_count > SEATS_PER_HOLD_MAX) return NULL;
    for (uint32_t i = 0; i < entry->tickets_count; i++)
        if (!ticket_get(txn, entry->user_id, entry->first_ticket + i, &tickets[i])) return NULL;
    return present_payment(arena, txn, entry, tickets);
}
