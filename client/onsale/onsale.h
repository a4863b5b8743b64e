/* onsale.h -- The client library of onsale: the header to include.
 *
 * Open a channel (channel.h, which documents threads, retries, ownership and fork), make ids for
 * what you create (id.h), call the typed functions (v1/queue.onsale.h and so on; docs/API.md
 * documents each), and read the details of errors (details.h). Gateways find methods by name
 * (method.h) and call them by bytes. Link with `pkg-config --cflags --libs onsale`.
 *
 * The functions of a service return when the call has ended, those that end in _async at once. Each
 * header can be the first and only one of a file.
 *
 * For C11 and C++11 and later. Names begin with onsale_ and ONSALE_, those of messages with
 * onsale__, Onsale__ and ONSALE__. Before version 1 the ABI is stable within a minor version; the
 * soname has that version. */
#ifndef ONSALE_ONSALE_H
#define ONSALE_ONSALE_H

#include <onsale/channel.h>
#include <onsale/details.h>
#include <onsale/id.h>
#include <onsale/method.h>
#include <onsale/version.h>

/* Selling: the queue, then dates and seats, a wallet, a hold, a payment. */
#include <onsale/v1/catalog.onsale.h>
#include <onsale/v1/payment.onsale.h>
#include <onsale/v1/queue.onsale.h>
#include <onsale/v1/reservation.onsale.h>
#include <onsale/v1/wallet.onsale.h>

/* Running the server: its health, the feed of events, and administration, which has a socket of its
 * own. */
#include <onsale/rpc/v1/health.onsale.h>
#include <onsale/v1/admin.onsale.h>
#include <onsale/v1/event.onsale.h>

#endif
