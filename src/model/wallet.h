/* wallet.h -- The prepaid balance of a user, and each change of it.
 * Invariant: 0 <= balance <= BALANCE_MAX. */
#ifndef MODEL_WALLET_H
#define MODEL_WALLET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"

struct wallet {
    uint64_t user_id;
    int64_t balance; /* smallest currency unit */
    bool is_blocked; /* can't enter a queue, hold or pay */
};

/** The numbers are those of onsale.v1.LedgerEntryKind and are stored. */
enum ledger_kind { LEDGER_CHARGE = 1, LEDGER_PAYMENT = 2 };

struct ledger_entry {
    uint64_t user_id;
    struct ledger_id id; /* the charge_id or payment_id */
    enum ledger_kind kind;
    int64_t amount; /* > 0 for a charge, <= 0 for a payment */
    int64_t balance_after;
    unix_ms created_at_ms;
    struct reservation_id reservation_id; /* of a payment; zero for a charge */
    uint64_t first_ticket;                /* of a payment */
    uint32_t tickets_count;               /* of a payment */
};

/** Adds money.
 * @return STATUS_OK; STATUS_AMOUNT_INVALID unless 1..CHARGE_AMOUNT_MAX; STATUS_BALANCE_OVERFLOW.
 * The wallet is changed on STATUS_OK only. Pure. */
enum status wallet_charge(struct wallet *wallet, int64_t amount);

/** Takes money: `amount` >= 0.
 * @return STATUS_OK; STATUS_INSUFFICIENT_BALANCE. The wallet is changed on STATUS_OK only. Pure. */
enum status wallet_debit(struct wallet *wallet, int64_t amount);

struct ticket {
    uint64_t id;
    uint64_t user_id;
    uint32_t concert_id;
    uint32_t performance_id;
    uint32_t seat_index;
    uint8_t tier;
    int64_t price;
    struct ledger_id payment_id;
    struct reservation_id reservation_id;
    unix_ms issued_at_ms;
};

#endif
