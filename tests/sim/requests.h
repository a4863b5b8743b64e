/* requests.h -- Random requests of every method: mostly sensible, so that conflicts are frequent,
 * sometimes wrong in one field. */
#ifndef SIM_REQUESTS_H
#define SIM_REQUESTS_H

#include "tests/sim/simulation.h"

enum { SIM_USERS = 40, BACKUPS = 4 };

/** Where random things are drawn from: the reference's state, so that most of them are there. */
struct draw {
    struct simulation *simulation;
    struct random *random;
    struct arena *arena;
};

/** Makes a request in the arena. */
typedef ProtobufCMessage *request_maker(struct draw *draw);

/** A method with what makes its requests and how often it is called. */
struct request_kind {
    const char *method;
    request_maker *make;
    unsigned weight;
};

extern const struct request_kind customer_kinds[];
extern const size_t customer_kinds_count;
extern const struct request_kind admin_kinds[];
extern const size_t admin_kinds_count;

/** Draws by weight. */
const struct request_kind *request_kind_draw(struct random *random,
                                             const struct request_kind *kinds, size_t count);

/** Makes one field of a request something else. */
void request_spoil(struct draw *draw, ProtobufCMessage *request);

/* --- draw.c ----------------------------------------------------------------------------------- */

uint64_t draw_user(struct draw *draw);
struct model_concert *draw_concert(struct draw *draw);
uint32_t draw_concert_id(struct draw *draw);
/** Mostly of one concert. */
uint32_t draw_performance_id(struct draw *draw, uint32_t concert_id);
/** A recent entry, preferably ACTIVE. @return NULL if there is none yet. */
struct model_entry *draw_entry(struct draw *draw, struct model_concert *concert, bool active);
/** Token of an entry; sometimes none, or one that nobody got. */
ProtobufCBinaryData draw_token(struct draw *draw, const struct model_entry *entry);
/** A recent reservation, preferably HELD. @return NULL if there is none yet. */
const struct model_reservation *draw_reservation(struct draw *draw, bool held);
/** A recent change of a balance. @return NULL if there is none yet. */
const struct model_change *draw_change(struct draw *draw);
/** An id that nobody used. */
ProtobufCBinaryData draw_new_id(struct draw *draw);
uint32_t draw_page_size(struct draw *draw);
/** Mostly the first page. */
char *draw_page_token(struct draw *draw);

#endif
