#include "model/wallet.h"

#include "base/require.h"

enum status wallet_charge(struct wallet *wallet, int64_t amount)
{
    REQUIRE(wallet->balance >= 0);
    REQUIRE(wallet->balance <= BALANCE_MAX);
    if (amount < 1 || amount > CHARGE_AMOUNT_MAX) return STATUS_AMOUNT_INVALID;
    if (amount > BALANCE_MAX - wallet->balance) return STATUS_BALANCE_OVERFLOW;
    wallet->balance += amount;
    return STATUS_OK;
}

enum status wallet_debit(struct wallet *wallet, int64_t amount)
{
    REQUIRE(amount >= 0);
    if (amount > wallet->balance) return STATUS_INSUFFICIENT_BALANCE;
    wallet->balance -= amount;
    return STATUS_OK;
}
