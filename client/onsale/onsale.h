/* onsale.h -- The client library of onsale, whole: this is the header to include.
 *
 * Open a channel (channel.h), make ids for what you create (id.h), call the typed functions
 * (v1/queue.onsale.h and so on). Link with `pkg-config --cflags --libs onsale`. */
#ifndef ONSALE_ONSALE_H
#define ONSALE_ONSALE_H

#include <onsale/channel.h>
#include <onsale/id.h>

/* Selling. */
#include <onsale/v1/catalog.onsale.h>
#include <onsale/v1/payment.onsale.h>
#include <onsale/v1/queue.onsale.h>
#include <onsale/v1/reservation.onsale.h>
#include <onsale/v1/wallet.onsale.h>

/* Running the server. */
#include <onsale/rpc/v1/health.onsale.h>
#include <onsale/v1/admin.onsale.h>
#include <onsale/v1/event.onsale.h>

/* onsale.rpc.v1.BadField: a detail of refusals. */
#include <onsale/rpc/v1/rpc.pb-c.h>

#endif
